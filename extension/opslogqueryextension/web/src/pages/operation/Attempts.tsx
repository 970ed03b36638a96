import { useQuery } from '@tanstack/react-query';
import { attemptsQuery } from '../../api/queries';
import type { Operation } from '../../api/types';
import { OperationLink } from '../../components/SpanLink';
import { StatusMark } from '../../components/StatusMark';
import { formatDuration } from '../../lib/duration';
import { attemptsOf } from '../../lib/attempts';
import { between } from '../../lib/time';
import css from './TracePath.module.css';

/** The attempts at one piece of work, first to last: deliveries of one message, requests of one idempotency key. */
export function Attempts({ op }: { op: Operation }) {
  const condition = attemptsOf(op);
  const items = useQuery({ ...attemptsQuery(op, condition), enabled: condition !== '' }).data?.items ?? [];
  if (items.length < 2) return null;
  const [first] = items;
  return (
    <nav className={css.path} aria-label="Attempts" data-testid="attempts">
      <span className={css.title}>Attempts</span>
      <ol>
        {items.map((item, i) => {
          const text = (
            <>
              <StatusMark status={item.status} status_code={item.status_code} transport={item.transport} />
              <span className={css.name}>{item.attempt || i + 1}</span>
              <span className={css.duration}>{i > 0 && first ? `+${formatDuration(between(first.start_time, item.start_time))}` : formatDuration(item.duration)}</span>
              {item.dead_lettered && <span className={css.error}>dead letter</span>}
            </>
          );
          const here = item.operation_id === op.operation_id;
          return <li key={item.operation_id}>{here ? <span className={css.here} aria-current="page">{text}</span> : <OperationLink id={item.operation_id}>{text}</OperationLink>}</li>;
        })}
      </ol>
    </nav>
  );
}
