import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { similarQuery } from '../../api/neighbours';
import type { Operation } from '../../api/types';
import { OperationLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatCount, formatShare } from '../../lib/number';
import { quote } from '../../lib/queryText';
import css from './Neighbours.module.css';

/** Where the operation stands among those of its name, and the ways to the ones before and after it. */
export function Neighbours({ op }: { op: Operation }) {
  const data = useQuery(similarQuery(op.operation_id)).data;
  if (!data) return <p className={css.line} />;
  const { standing, previous, next } = data;
  const { count, slower_than, p50, p95, error_rate } = standing;
  const same = `service = ${quote(op.service_name ?? '')} AND name = ${quote(op.name ?? '')}`;
  return (
    <p className={css.line} data-testid="standing">
      {previous && <OperationLink id={previous}><ChevronLeft size={13} aria-hidden />Previous</OperationLink>}
      {next && <OperationLink id={next}>Next<ChevronRight size={13} aria-hidden /></OperationLink>}
      {count > 1 && (
        <span>
          slower than <strong>{formatShare(slower_than)}</strong> of <Link to="/operations" search={{ q: same, from: 'now-24h', to: 'now' }}>{formatCount(count)} of its kind</Link> around then · p50 {formatDuration(p50)} · p95 {formatDuration(p95)} · {formatShare(error_rate)} failed
        </span>
      )}
    </p>
  );
}
