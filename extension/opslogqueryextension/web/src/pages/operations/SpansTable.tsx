import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { Span } from '../../api/types';
import { ServiceName } from '../../components/ServiceName';
import { StatusMark } from '../../components/StatusMark';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import { useNow } from '../../hooks/useNow';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { sayingOf, spanKey } from '../../lib/spans';
import { clip } from '../../lib/text';
import { formatMoment, isoNs } from '../../lib/time';
import row from './OperationRow.module.css';
import css from './OperationsTable.module.css';
import cells from './cells.module.css';

interface Context {
  longest: number;
  now: Date;
}

interface Column {
  id: string;
  label: string;
  width: string;
  sort?: string;
  right?: boolean;
  cell: (span: Span, context: Context) => ReactNode;
}

// Ids are those by which rows of two lines are laid out where there is little room.
const COLUMNS: readonly Column[] = [
  { id: 'time', label: 'Time', width: '132px', sort: 'start_time', cell: (s, { now }) => <span className={cells.time} title={isoNs(s.start_time)}>{formatMoment(s.start_time, now)}</span> },
  { id: 'status', label: 'Status', width: '64px', sort: 'status', cell: (s) => <StatusMark status={s.status === 'error' ? 'error' : 'ok'} /> },
  { id: 'kind', label: 'Kind', width: '82px', sort: 'kind', cell: (s) => <span>{s.kind}</span> },
  { id: 'name', label: 'Span', width: 'minmax(200px, 1.5fr)', sort: 'name', cell: (s) => <span className={cells.name}><Link to="/trace/$traceId" params={{ traceId: s.trace_id }} search={{ tab: 'timeline', span: s.span_id }} tabIndex={-1} preload={false}><bdi>{clip(s.name || 'unnamed')}</bdi></Link></span> },
  { id: 'service', label: 'Service', width: 'minmax(110px, 0.7fr)', sort: 'service', cell: (s) => <ServiceName name={s.service_name} /> },
  {
    id: 'duration', label: 'Duration', width: '150px', right: true, sort: 'duration', cell: (s, { longest }) => (
      <span className={cells.duration} title={`${formatCount(s.duration)} ns`}>
        <span className={cells.track} aria-hidden><span className={cells.bar} style={{ width: `${(100 * s.duration) / longest}%` }} /></span>
        <span className={cells.number}>{formatDuration(s.duration)}</span>
      </span>
    ),
  },
  { id: 'what', label: 'What', width: 'minmax(160px, 1.6fr)', cell: (s) => { const text = sayingOf(s); return <span className={cells.what} title={clip(text, 2000)}><bdi className={cells.text}>{clip(text, 200)}</bdi></span>; } },
];
const TRACKS = COLUMNS.map((column) => column.width).join(' ');
const LEAST = '1010px';

interface Props {
  rows: Span[];
  selected: string | undefined;
  stale: boolean;
  sorted: { field: string; down: boolean } | null;
  more: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onOpen: (span: Span) => void;
  onSort: (field: string) => void;
}

export function SpansTable({ rows, selected, stale, sorted, more, loadingMore, onMore, onOpen, onSort }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 900px)');
  const now = useNow(30_000);
  const height = narrow ? 62 : 36;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12, scrollPaddingStart: narrow ? 0 : 32 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const longest = useMemo(() => rows.reduce((max, span) => Math.max(max, span.duration), 1), [rows]);
  const place = rows.findIndex((span) => spanKey(span) === selected);

  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (more && !loadingMore && !stale && last >= rows.length - 10) onMore();
  }, [more, loadingMore, stale, last, rows.length, onMore]);
  useEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place, { align: 'auto' });
  }, [virtual, place]);

  const click = (event: MouseEvent, span: Span) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0 || window.getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    onOpen(span);
  };
  return (
    <div className={css.wrap}>
      <div ref={scroller} className={cx(css.scroller, stale && css.stale)} tabIndex={0} role="grid" aria-label="Spans" aria-rowcount={more ? -1 : rows.length + 1} style={{ '--columns': TRACKS, '--least': LEAST } as React.CSSProperties}
        aria-activedescendant={place >= 0 ? `span-${selected}` : undefined}>
        <div role="row" aria-rowindex={1} className={css.head}>{COLUMNS.map((column) => <Head key={column.id} column={column} sorted={sorted} onSort={onSort} />)}</div>
        <div role="rowgroup" className={css.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const span = rows[index];
            if (span === undefined) return null;
            const key = spanKey(span);
            return (
              <div key={key} id={`span-${key}`} role="row" aria-rowindex={index + 2} aria-selected={key === selected} data-testid="span-row" onClickCapture={(event) => click(event, span)}
                className={cx(row.row, narrow && row.narrow, key === selected && row.selected)} style={{ transform: `translateY(${start}px)`, height: size }}>
                {COLUMNS.map((column) => <span key={column.id} role="gridcell" data-column={column.id} className={cx(row.cell, column.right && row.right)}>{column.cell(span, { longest, now })}</span>)}
              </div>
            );
          })}
        </div>
        <p className={css.end}>{loadingMore ? 'Loading more…' : more ? '' : 'No more kept spans in this range'}</p>
      </div>
    </div>
  );
}

function Head({ column: { sort, label, right }, sorted, onSort }: { column: Column } & Pick<Props, 'sorted' | 'onSort'>) {
  if (!sort) return <span role="columnheader">{label}</span>;
  const on = sorted?.field === sort;
  const Icon = sorted?.down ? ArrowDown : ArrowUp;
  return (
    <span role="columnheader" aria-label={label} aria-sort={on ? (sorted.down ? 'descending' : 'ascending') : 'none'} className={cx(right && css.right)}>
      <button type="button" className={css.sort} onClick={() => onSort(sort)} title={`Sort all kept spans by ${label.toLowerCase()}`}>{label}{on && <Icon size={12} aria-hidden />}</button>
    </span>
  );
}
