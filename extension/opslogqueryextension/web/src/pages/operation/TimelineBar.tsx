import type { LogRecord, Span } from '../../api/types';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { type View, barOf, pointOf } from '../../lib/layout';
import { serviceVar } from '../../lib/service';
import { severity } from '../../lib/severity';
import { clip } from '../../lib/text';
import { between } from '../../lib/time';
import type { Tree } from '../../lib/tree';
import css from './TimelineBar.module.css';

const MOST_DOTS = 30;

interface Props {
  tree: Tree;
  at: number;
  span: Span;
  view: View;
  logs: LogRecord[];
}

/** One span in time: its bar, how long it took, and a dot for each log record. */
export function TimelineBar({ tree, at, span, view, logs }: Props) {
  const bar = barOf(tree.offset[at] ?? 0, span.duration, view);
  return (
    <>
      {bar && (
        <>
          <span className={cx(css.bar, span.status === 'error' && css.failed)} data-testid="span-bar"
            style={{ left: `${bar.left}%`, width: `${bar.width}%`, backgroundColor: serviceVar(span.service_name) }} />
          <span className={css.label} style={{ left: `calc(${bar.left + bar.width}% + 6px)` }}>{formatDuration(span.duration)}</span>
        </>
      )}
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
