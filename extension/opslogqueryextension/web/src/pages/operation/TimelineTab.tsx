import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LogRecord, Operation, SpanList } from '../../api/types';
import { Notice, Skeleton } from '../../components/States';
import { formatCount, plural } from '../../lib/number';
import { buildTree } from '../../lib/tree';
import { StepsTab } from './StepsTab';
import { Timeline } from './Timeline';

interface Props {
  op: Operation;
  spans: UseQueryResult<SpanList>;
  logs: LogRecord[];
  arriving: boolean;
}

/** The spans of the operation's trace; where they were not kept, what the record says of them. */
export function TimelineTab({ op, spans, logs, arriving }: Props) {
  const items = spans.data?.items;
  const tree = useMemo(() => buildTree(items ?? []), [items]);
  if (spans.isPending) return <Skeleton rows={10} height={28} />;
  if (spans.isError && !items) return <Notice>The spans could not be read: {spans.error.message}</Notice>;
  if (tree.spans.length === 0) return <SampledOut op={op} arriving={arriving} />;
  const orphans = tree.orphan.reduce((n, o) => n + o, 0);
  const whole = tree.index.has(op.span_id);
  return (
    <>
      {spans.data?.truncated && <Notice testId="truncated">Only the first {formatCount(tree.spans.length)} spans of this trace are shown.</Notice>}
      {!whole && <Notice testId="entry-missing">The span that began this operation was not kept; the record above is complete all the same.</Notice>}
      <Timeline op={op} tree={tree} logs={logs} orphans={orphans} />
    </>
  );
}

function SampledOut({ op, arriving }: { op: Operation; arriving: boolean }) {
  return (
    <div data-testid="sampled-out">
      <Notice>
        {arriving
          ? 'No spans yet. They come a little after the record, when sampling has decided; this page looks again by itself.'
          : `The ${plural(op.span_count, 'span')} of this operation ${op.span_count === 1 ? 'was' : 'were'} sampled out. The record was made before sampling, so everything below is exact.`}
      </Notice>
      <StepsTab op={op} links={false} />
    </div>
  );
}
