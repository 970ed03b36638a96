import type { LogRecord } from '../../api/types';
import { formatDuration } from '../../lib/duration';
import { type View, pointOf } from '../../lib/layout';
import { severity } from '../../lib/severity';
import { clip } from '../../lib/text';
import { between } from '../../lib/time';
import type { Tree } from '../../lib/tree';
import dots from './TimelineBar.module.css';
import css from './TimelineRow.module.css';

interface Props {
  tree: Tree;
  log: LogRecord;
  row: number;
  top: number;
  view: View;
  onSelect: (i: number) => void;
}

const DEEPEST = 25;

/** A log record, below the span that wrote it; a click selects the span. */
export function LogRow({ tree, log, row, top, view, onSelect }: Props) {
  const at = tree.index.get(log.span_id ?? '') ?? -1;
  const depth = (tree.depth[at] ?? 0) + 1;
  const offset = between(tree.start, log.time);
  const left = pointOf(offset, view);
  const level = severity(log);
  const text = clip(log.body || (log.event_name ?? ''), 300);
  return (
    <div role="row" aria-rowindex={row + 1} aria-level={depth + 1} className={css.row} style={{ transform: `translateY(${top}px)` }} data-testid="log-row" title={`${level} at +${formatDuration(offset)}: ${text}`} onClick={() => onSelect(at)}>
      <span role="gridcell" className={css.name} style={{ paddingLeft: 34 + 14 * Math.min(depth, DEEPEST) }}><span className={css.level} data-level={level}>{level}</span><bdi className={css.log}>{text}</bdi></span>
      <span role="gridcell" className={css.track}>{left !== null && <span className={dots.dot} data-level={level} style={{ left: `${left}%` }} />}</span>
    </div>
  );
}
