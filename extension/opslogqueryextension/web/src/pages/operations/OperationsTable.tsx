import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { Operation } from '../../api/types';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import { useNow } from '../../hooks/useNow';
import { cx } from '../../lib/cx';
import type { Merge } from '../../lib/merge';
import { OperationRow } from './OperationRow';
import css from './OperationsTable.module.css';

const COLUMNS = ['Time', 'Status', 'Kind', 'Operation', 'Service', 'Duration', 'Spans', 'What happened'];

interface Props {
  rows: Operation[];
  selected: string | undefined;
  stale: boolean;
  waiting: Merge;
  more: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onOpen: (id: string) => void;
  onScrolled: (scrolled: boolean) => void;
  onShowNew: () => void;
}

export function OperationsTable({ rows, selected, stale, waiting, more, loadingMore, onMore, onOpen, onScrolled, onShowNew }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 900px)');
  const now = useNow(30_000);
  const height = narrow ? 62 : 36;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12, scrollPaddingStart: narrow ? 0 : 32 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const longest = useMemo(() => rows.reduce((max, op) => Math.max(max, op.duration), 1), [rows]);
  const place = rows.findIndex((op) => op.operation_id === selected);

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
  return (
    <div className={css.wrap}>
      {waiting.fresh > 0 && (
        <button type="button" className={css.pill} onClick={showNew} data-testid="show-new">
          <ArrowUp size={13} aria-hidden />{waiting.fresh}{waiting.more ? '+' : ''} new
        </button>
      )}
      <div ref={scroller} className={cx(css.scroller, stale && css.stale)} tabIndex={0} role="grid" aria-label="Operations" aria-rowcount={more ? -1 : rows.length + 1}
        aria-activedescendant={place >= 0 ? `op-${selected}` : undefined} onScroll={(event) => onScrolled(event.currentTarget.scrollTop > height)}>
        <div role="row" aria-rowindex={1} className={css.head}>
          {COLUMNS.map((name) => <span key={name} role="columnheader">{name}</span>)}
        </div>
        <div role="rowgroup" className={css.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const op = rows[item.index];
            return op && (
              <OperationRow key={op.operation_id} op={op} index={item.index} top={item.start} height={item.size} longest={longest} narrow={narrow} now={now}
                selected={op.operation_id === selected} onOpen={onOpen} />
            );
          })}
        </div>
        <p className={css.end}>{loadingMore ? 'Loading more…' : more ? '' : 'No older operations in this range'}</p>
      </div>
    </div>
  );
}
