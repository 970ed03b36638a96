import type { LogRecord } from '../../api/types';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { type View, barOf, pointOf } from '../../lib/layout';
import { serviceVar } from '../../lib/service';
import { severity } from '../../lib/severity';
import { clip } from '../../lib/text';
import { between } from '../../lib/time';
import type { Group, Tree, TreeSpan } from '../../lib/tree';
import css from './TimelineBar.module.css';

const MOST_DOTS = 30;

interface Props {
  tree: Tree;
  at: number;
  span: TreeSpan;
  /** The span stands for a row of calls. */
  group: Group | undefined;
  view: View;
  critical: boolean;
  logs: LogRecord[];
}

/** One span in time: its bar, how long it took, and a dot for each log record. */
export function TimelineBar({ tree, at, span, group, view, critical, logs }: Props) {
  const start = tree.offset[at] ?? 0;
  const bar = barOf(start, group ? group.end - start : span.duration, view);
  const pieces = critical ? (tree.critical.get(at) ?? []) : [];
  return (
    <>
      {bar && (
        <>
          <span className={cx(css.bar, span.status === 'error' && css.failed, group && css.group)} data-testid="span-bar"
            style={{ left: `${bar.left}%`, width: `${bar.width}%`, backgroundColor: serviceVar(span.service_name) }} />
          <span className={css.label} style={{ left: `calc(${bar.left + bar.width}% + 6px)` }}>{group ? `${formatDuration(group.total)}, ${formatDuration(group.total / group.count)} each` : formatDuration(span.duration)}</span>
        </>
      )}
      {pieces.map(([offset, duration]) => <Piece key={offset} offset={offset} duration={duration} view={view} />)}
      {logs.slice(0, MOST_DOTS).map((log) => <Dot key={log.log_id} tree={tree} log={log} view={view} />)}
    </>
  );
}

function Dot({ tree, log, view }: { tree: Tree; log: LogRecord; view: View }) {
  const left = pointOf(between(tree.start, log.time), view);
  if (left === null) return null;
  const level = severity(log);
  return <span className={css.dot} data-level={level} style={{ left: `${left}%` }} title={`${level} ${clip(log.body, 500)}`} data-testid="log-dot" />;
}

/** A stretch of the critical path: what the whole waited for. */
function Piece({ offset, duration, view }: { offset: number; duration: number; view: View }) {
  const bar = barOf(offset, duration, view);
  return bar && <span className={css.critical} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} title={`critical path, ${formatDuration(duration)}`} data-testid="critical" />;
}
