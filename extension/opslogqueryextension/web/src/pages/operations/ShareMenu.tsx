import { Link } from '@tanstack/react-router';
import { Bell, Download, Link2 } from 'lucide-react';
import { useState } from 'react';
import { API_BASE } from '../../api/client';
import { type ListFilter, shorten } from '../../api/queries';
import button from '../../components/Button.module.css';
import { useAnnounce } from '../../hooks/useAnnounce';
import { useStatus } from '../../hooks/useStatus';
import { absoluteRange } from '../../lib/range';
import { pageOf, pathOf } from '../../lib/share';
import css from './Toolbar.module.css';

/** Ways to hand on what the list shows: as a link, as a file, as a rule that watches for it. */
export function ShareMenu({ filter, query }: { filter: ListFilter; query: string }) {
  const keeps = useStatus().status?.capabilities.save ?? false;
  const announce = useAnnounce();
  const [said, setSaid] = useState('');
  const file = (format: string) => `${API_BASE}/export?${new URLSearchParams({ ...Object.fromEntries(Object.entries(filter).filter(([key]) => key !== 'fields')), format })}`;
  const copy = async (make: () => string | Promise<string>) => {
    try {
      await navigator.clipboard.writeText(await make());
      setSaid('Copied');
    } catch (error) {
      setSaid(error instanceof Error ? error.message : 'The browser did not allow copying');
    }
    announce('Copied');
  };
  const fixed = () => {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(absoluteRange(filter, new Date()))) url.searchParams.set(name, value as string);
    return url.href;
  };
  const short = async () => pageOf(`/s/${(await shorten(pathOf(fixed()))).id ?? ''}`) ?? location.href;
  return (
    <div className={css.menu}>
      <h3>Link</h3>
      <button type="button" className={button.link} onClick={() => void copy(() => location.href)}><Link2 size={13} aria-hidden />Copy link</button>
      <button type="button" className={button.link} onClick={() => void copy(fixed)}><Link2 size={13} aria-hidden />Copy link with fixed times</button>
      {keeps && <button type="button" className={button.link} onClick={() => void copy(short)} data-testid="short-link"><Link2 size={13} aria-hidden />Copy short link with fixed times</button>}
      <p role="status">{said}</p>
      <h3>All matches as a file</h3>
      <a href={file('csv')} download><Download size={13} aria-hidden />CSV, for a spreadsheet</a>
      <a href={file('ndjson')} download><Download size={13} aria-hidden />NDJSON, one operation a line</a>
      <p>Not only those that are loaded; at most 100,000.</p>
      <h3>Alert</h3>
      <Link to="/alerts" search={{ state: 'rules', ...(query && { q: query }), ...(filter.service && { service: filter.service }) }} data-testid="alert-on-this"><Bell size={13} aria-hidden />Alert on this</Link>
      <p>Opens a rule for this query, which can be tried on what is stored.</p>
    </div>
  );
}
