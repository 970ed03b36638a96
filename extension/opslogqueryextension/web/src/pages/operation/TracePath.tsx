import { useQuery } from '@tanstack/react-query';
import { traceOperationsQuery } from '../../api/queries';
import type { Operation } from '../../api/types';
import { ServiceDot } from '../../components/ServiceName';
import { OperationLink } from '../../components/SpanLink';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { clip } from '../../lib/text';
import css from './TracePath.module.css';

const MOST = 12;

/** The operations of the same trace, in order, each a way to it. */
export function TracePath({ op }: { op: Operation }) {
  const items = useQuery(traceOperationsQuery(op)).data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <nav className={css.path} aria-label="Operations of this trace" data-testid="trace-path">
      <span className={css.title}>In this trace</span>
      <ol>{items.slice(0, MOST).map((item) => <Step key={item.operation_id} item={item} here={item.operation_id === op.operation_id} />)}</ol>
      {items.length > MOST && <span className={css.title}>and {formatCount(items.length - MOST)} more</span>}
    </nav>
  );
}

function Step({ item, here }: { item: Operation; here: boolean }) {
  const text = (
    <>
      <ServiceDot name={item.service_name ?? ''} />
      <bdi className={cx(css.name, item.status === 'error' && css.error)}>{clip(`${item.service_name ?? ''} ${item.name ?? ''}`, 80)}</bdi>
      <span className={css.duration}>{formatDuration(item.duration)}</span>
      {item.status === 'error' && <span className="visually-hidden">error</span>}
    </>
  );
  return <li>{here ? <span className={css.here} aria-current="page">{text}</span> : <OperationLink id={item.operation_id}>{text}</OperationLink>}</li>;
}
