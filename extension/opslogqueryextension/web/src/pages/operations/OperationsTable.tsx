import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, Clock } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Operation } from '../../api/types';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import { useNewErrors } from '../../hooks/useNewErrors';
import { useNow } from '../../hooks/useNow';
import { type WidthControl, useWidths } from '../../hooks/useWidths';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import type { Merge } from '../../lib/merge';
import { readPreference, writePreference } from '../../lib/storage';
import { type TailRow, isGap } from '../../lib/tail';
import { between, formatClock } from '../../lib/time';
import { tracksOf } from '../../lib/widths';
import { ColumnEdge, GAP } from './ColumnEdge';
import { OperationRow } from './OperationRow';
import css from './OperationsTable.module.css';
import type { Column } from './columns';

const PADDING = 16; // pixels beside a row

interface Props {
  rows: TailRow[];
  columns: Column[];
  /** Widths that were set by hand, as lib/widths has them. */
  widths: string;
  /** The column that rows are sorted by. */
  sorted: { field: string; down: boolean } | null;
  selected: string | undefined;
  marked: ReadonlySet<string>;
  stale: boolean;
  /** There is little room: rows have two lines. */
  compact: boolean;
  waiting: Merge;
  more: boolean;
  loadingMore: boolean;
  end: string;
  onMore: () => void;
  onOpen: (id: string) => void;
  onPeek: (id: string) => void;
  onSort: (field: string) => void;
  onWidths: (widths: string) => void;
  onFilter: (field: string, value: unknown, not: boolean) => void;
  onGap: (from: string, to: string) => void;
  onScrolled: (scrolled: boolean) => void;
  onShowNew: () => void;
}

export function OperationsTable(props: Props) {
  const { rows, columns, selected, marked, stale, compact, waiting, more, loadingMore, end, onMore, onOpen, onPeek, onFilter, onGap, onScrolled, onShowNew } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 900px)') || compact;
  const control = useWidths(props.widths, props.onWidths);
  const [ago, setAgo] = useState(() => readPreference('times') === 'ago');
  const now = useNow(ago ? 1_000 : 30_000);
  const toggleAgo = () => {
    writePreference('times', ago ? 'clock' : 'ago');
    setAgo(!ago);
  };
  const height = narrow ? 62 : 36;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12, scrollPaddingStart: narrow ? 0 : 32 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const longest = useMemo(() => rows.reduce((max, op) => Math.max(max, isGap(op) ? 0 : op.duration), 1), [rows]);
  const isNew = useNewErrors(useMemo(() => rows.filter((op): op is Operation => !isGap(op)), [rows]));
  const place = rows.findIndex((op) => !isGap(op) && op.operation_id === selected);

  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (more && !loadingMore && !stale && last >= rows.length - 10) onMore();
  }, [more, loadingMore, stale, last, rows.length, onMore]);
  useEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place, { align: 'auto' });
  }, [virtual, place]);

  const showNew = () => {
    onShowNew();
    scroller.current?.scrollTo({ top: 0 });
  };
  const { tracks, least } = tracksOf(columns, control.widths, GAP, PADDING);
  return (
    <div className={cx(css.wrap, compact && css.compact)}>
      {waiting.fresh > 0 && (
        <button type="button" className={css.pill} onClick={showNew} data-testid="show-new">
          <ArrowUp size={13} aria-hidden />{waiting.fresh}{waiting.more ? '+' : ''} new
        </button>
      )}
      <div ref={scroller} className={cx(css.scroller, stale && css.stale)} tabIndex={0} role="grid" aria-label="Operations" aria-rowcount={more ? -1 : rows.length + 1} style={{ '--columns': tracks, '--least': `${least}px` } as React.CSSProperties}
        aria-activedescendant={place >= 0 ? `op-${selected}` : undefined} onScroll={(event) => onScrolled(event.currentTarget.scrollTop > height)}>
        <div role="row" aria-rowindex={1} className={css.head}>{columns.map((column) => <Head key={column.id} {...props} column={column} control={control}>{column.id === 'time' && <AgoButton ago={ago} onToggle={toggleAgo} />}</Head>)}</div>
        <div role="rowgroup" className={css.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const op = rows[item.index];
            if (op === undefined) return null;
            if (isGap(op)) return <GapRow key={`gap-${op.gap.from}`} {...op.gap} top={item.start} height={item.size} onGap={onGap} />;
            return (
              <OperationRow key={op.operation_id} op={op} columns={columns} index={item.index} top={item.start} height={item.size}
                longest={longest} fresh={isNew(op)} ago={ago} narrow={narrow} now={now} selected={op.operation_id === selected} marked={marked.has(op.operation_id)} onOpen={onOpen} onPeek={onPeek} onFilter={onFilter} />
            );
          })}
        </div>
        <p className={css.end}>{loadingMore ? 'Loading more…' : more ? '' : end}</p>
      </div>
    </div>
  );
}

function AgoButton({ ago, onToggle }: { ago: boolean; onToggle: () => void }) {
  return <button type="button" className={css.ago} aria-pressed={ago} title={ago ? 'Show times of day' : 'Show how long ago'} aria-label="Show how long ago" onClick={onToggle}><Clock size={12} aria-hidden /></button>;
}

function Head({ column, sorted, onSort, control, children }: Props & { column: Column; control: WidthControl; children: ReactNode }) {
  const { sort, label, right } = column;
  const on = sort !== undefined && sorted?.field === sort;
  const direction = on ? (sorted.down ? 'descending' : 'ascending') : 'none';
  const edge = <ColumnEdge column={column} control={control} />;
  if (!sort) return <span role="columnheader" aria-label={label} className={cx(right && css.right)}>{label}{edge}</span>;
  const Icon = sorted?.down ? ArrowDown : ArrowUp;
  return (
    <span role="columnheader" aria-label={label} aria-sort={direction} className={cx(right && css.right)}>
      <button type="button" className={css.sort} onClick={() => onSort(sort)} title={`Sort all matches by ${label.toLowerCase()}`}>{label}{on && <Icon size={12} aria-hidden />}</button>
      {children}
      {edge}
    </span>
  );
}

function GapRow({ from, to, top, height, onGap }: { from: string; to: string; top: number; height: number; onGap: Props['onGap'] }) {
  return (
    <div role="row" className={css.gap} style={{ transform: `translateY(${top}px)`, height }} data-testid="tail-gap">
      <span role="gridcell">Operations of {formatDuration(between(from, to))} from {formatClock(from)} on were left out</span>
      <button type="button" onClick={() => onGap(from, to)}>Show them</button>
    </div>
  );
}
