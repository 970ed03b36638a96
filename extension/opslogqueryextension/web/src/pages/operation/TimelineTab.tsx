import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { isNotFound } from '../../api/errors';
import type { LogRecord, Operation, Trace } from '../../api/types';
import { Notice, Skeleton } from '../../components/States';
import { formatCount, plural } from '../../lib/number';
import { type Tree, treeOf } from '../../lib/tree';
import { StepsTab } from './StepsTab';
import { Timeline } from './Timeline';

interface Props {
  op: Operation;
  trace: UseQueryResult<Trace>;
  logs: LogRecord[];
  arriving: boolean;
}

/** The spans of the operation's trace; where they were not kept, what the record says of them. */
export function TimelineTab({ op, trace, logs, arriving }: Props) {
  const { data } = trace;
  const tree = useMemo(() => (data ? treeOf(data) : null), [data]);
  if (trace.isPending) return <Skeleton rows={10} height={28} />;
  if (!tree || !data) return isNotFound(trace.error) ? <SampledOut op={op} tree={null} logs={logs} arriving={arriving} /> : <Notice>The spans could not be read: {trace.error?.message}</Notice>;
  if (tree.derived) return <SampledOut op={op} tree={tree} logs={logs} arriving={arriving} />;
  return (
    <>
      {data.truncated && <Notice testId="truncated">Only the first {formatCount(tree.spans.length)} spans of this trace are shown.</Notice>}
      {!tree.index.has(op.span_id) && <Notice testId="entry-missing">The span that began this operation was not kept; the record above is complete all the same.</Notice>}
      <Timeline op={op} tree={tree} logs={logs} key={tree.spans.length} />
    </>
  );
}

function SampledOut({ op, tree, logs, arriving }: { op: Operation; tree: Tree | null; logs: LogRecord[]; arriving: boolean }) {
  return (
    <div data-testid="sampled-out">
      <Notice>
        {arriving
          ? 'No spans yet. They come a little after the record, when sampling has decided; this page looks again by itself.'
          : `The ${plural(op.span_count, 'span')} of this operation ${op.span_count === 1 ? 'was' : 'were'} sampled out. The record was made before sampling, so everything below is exact.`}
      </Notice>
      {tree && tree.spans.length > 1 && <Timeline op={op} tree={tree} logs={logs} key={tree.spans.length} />}
      <StepsTab op={op} links={false} />
    </div>
  );
}
