import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Link2Off } from 'lucide-react';
import { useEffect } from 'react';
import { linkQuery } from '../../api/queries';
import { Skeleton, State } from '../../components/States';
import { pageOf } from '../../lib/share';
import css from './Go.module.css';

/** A short address leads to the page that it was made for. */
export function ShortLinkPage() {
  const { shortId } = useParams({ from: '/s/$shortId' });
  const link = useQuery({ ...linkQuery(shortId), retry: false });
  const href = link.data ? pageOf(link.data.path) : null;
  useEffect(() => {
    if (href) location.replace(href);
  }, [href]);
  if (link.isPending || href) return <Skeleton rows={8} height={44} />;
  return <div className={css.page}><State icon={Link2Off} title="This short link leads nowhere" testId="no-link"><p>{link.error?.message ?? 'What it holds is no page of opslog.'}</p></State></div>;
}
