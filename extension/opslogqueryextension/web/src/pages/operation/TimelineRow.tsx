import { ChevronDown, ChevronRight, Unlink, X } from 'lucide-react';
import { memo } from 'react';
import type { LogRecord } from '../../api/types';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { type View, barOf } from '../../lib/layout';
import { formatCount } from '../../lib/number';
import { serviceVar } from '../../lib/service';
import { clip } from '../../lib/text';
import type { Gap, Tree } from '../../lib/tree';
import { TimelineBar } from './TimelineBar';
import css from './TimelineRow.module.css';

interface Props {
  tree: Tree;
  at: number;
  row: number;
  top: number;
  folded: boolean;
  view: View;
  entry: number;
  selected: boolean;
  faint: boolean;
  critical: boolean;
  logs: LogRecord[];
  onSelect: (i: number) => void;
  onFold: (i: number, close: boolean) => void;
}

/** Whether a span is part of the operation: under its entry span, and of the same service. */
function isOwn(tree: Tree, at: number, entry: number): boolean {
  if (entry < 0) return true;
  return at >= entry && at < entry + (tree.size[entry] ?? 1) && tree.spans[at]?.service_name === tree.spans[entry]?.service_name;
}

const DEEPEST = 24; // indents; deeper rows stay readable

export const TimelineRow = memo(function TimelineRow(props: Props) {
  const { tree, at, row, top, folded, selected, entry, faint, onSelect } = props;
  const span = tree.spans[at];
  if (!span) return null;
  const depth = tree.depth[at] ?? 0;
  const group = folded ? tree.groups.get(at) : undefined;
  const hasChildren = (tree.size[at] ?? 1) > 1 || tree.groups.has(at);
  return (
    <div id={`span-${at}`} role="row" data-testid="span-row" aria-rowindex={row + 1} aria-level={depth + 1} aria-selected={selected} {...(hasChildren && { 'aria-expanded': !folded })}
      aria-label={`${span.name}${group ? ` times ${group.count}` : ''}, ${span.service_name}, ${formatDuration(group?.total ?? span.duration)}${span.status === 'error' ? ', error' : ''}`}
      className={cx(css.row, selected && css.selected, at === entry && css.entry, !isOwn(tree, at, entry) && css.other, faint && css.faint)} style={{ transform: `translateY(${top}px)` }} onClick={() => onSelect(at)}>
      <span role="gridcell" className={css.name} style={{ paddingLeft: 8 + 14 * Math.min(depth, DEEPEST) }}>
        <Fold {...props} hasChildren={hasChildren} />
        <span className={css.stripe} style={{ backgroundColor: serviceVar(span.service_name) }} title={span.service_name} />
        {span.status === 'error' && <X className={css.error} size={12} strokeWidth={3} aria-hidden />}
        {tree.orphan[at] === 1 && <span className={css.orphan} title="Its parent span is not here"><Unlink size={12} aria-hidden /></span>}
        <bdi className={css.text} title={clip(span.name, 1000)}>{clip(span.name)}</bdi>
        {group && <span className={css.times} data-testid="span-group">×{formatCount(group.count)}</span>}
        {(depth === 0 || tree.spans[tree.parent[at] ?? -1]?.service_name !== span.service_name) && <bdi className={css.service}>{span.service_name}</bdi>}
      </span>
      <span role="gridcell" className={css.track}><TimelineBar tree={tree} at={at} span={span} group={group} view={props.view} critical={props.critical} logs={props.logs} /></span>
    </div>
  );
});

function Fold({ tree, at, folded, hasChildren, onFold }: Props & { hasChildren: boolean }) {
  if (!hasChildren) return <span className={css.leaf} />;
  const Icon = folded ? ChevronRight : ChevronDown;
  return (
    <button type="button" className={css.fold} tabIndex={-1} aria-label={folded ? 'Unfold' : 'Fold'} onClick={(event) => { event.stopPropagation(); onFold(at, !folded); }}>
      <Icon size={13} aria-hidden />{folded && !tree.groups.has(at) && <span className={css.count}>{formatCount((tree.size[at] ?? 1) - 1)}</span>}
    </button>
  );
}

interface GapProps {
  tree: Tree;
  gap: Gap;
  row: number;
  top: number;
  view: View;
}

/** Time that no span tells of. */
export function GapRow({ tree, gap, row, top, view }: GapProps) {
  const depth = (tree.depth[gap.parent] ?? 0) + 1;
  const bar = barOf(gap.offset, gap.duration, view);
  const text = `${formatDuration(gap.duration)} not instrumented`;
  return (
    <div role="row" aria-rowindex={row + 1} aria-level={depth + 1} className={css.row} style={{ transform: `translateY(${top}px)` }} data-testid="gap-row"
      title={`Between its calls ${tree.spans[gap.parent]?.name ?? ''} spent ${formatDuration(gap.duration)} on something that has no span of its own`}>
      <span role="gridcell" className={css.name} style={{ paddingLeft: 34 + 14 * Math.min(depth, DEEPEST) }}><span className={css.gapText}>{text}</span></span>
      <span role="gridcell" className={css.track}>{bar && <span className={css.gap} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />}</span>
    </div>
  );
}
