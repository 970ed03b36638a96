import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { LogRecord } from '../../api/types';
import { useKeys } from '../../hooks/useKeys';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import type { View } from '../../lib/layout';
import { type Tree, gapOfRow, visible } from '../../lib/tree';
import { TimeAxis } from './TimeAxis';
import css from './TimelineGrid.module.css';
import { LogRow } from './LogRow';
import { GapRow, TimelineRow } from './TimelineRow';
import { withLogs } from './logRows';
import { moveFor } from './timelineMoves';
import { useSplit } from './useSplit';

export const ROW = 28;
const PAGE = 20;
const NEAR = 3; // rows out of sight that the keyboard walks to; what is farther comes to the middle
const SHEET = 0.55; // of the height: what the selected span covers on a small screen
const NO_LOGS: LogRecord[] = [];
const NO_LOG_ROWS: ReadonlyMap<string, LogRecord[]> = new Map();

interface Props {
  tree: Tree;
  folded: ReadonlySet<number>;
  view: View;
  /** The place of the operation's entry span, or -1. */
  entry: number;
  selected: number;
  logs: Map<string, LogRecord[]>;
  /** What is looked for; null where nothing is. */
  matches: ReadonlySet<number> | null;
  /** Show these places only. */
  only: Uint8Array | undefined;
  /** Log records have rows of their own, below their spans. */
  logRows: boolean;
  /** Mark the critical path. */
  critical: boolean;
  onSelect: (i: number) => void;
  onFold: (i: number, close: boolean) => void;
}

/** The rows of the waterfall: those in sight are in the page, in the ARIA tree grid pattern. */
export function TimelineGrid({ tree, folded, view, entry, selected, logs, matches, only, logRows, critical, onSelect, onFold }: Props) {
  const body = useRef<HTMLDivElement>(null);
  const spans = useMemo(() => visible(tree, folded, only), [tree, folded, only]);
  const { rows, logOf } = useMemo(() => withLogs(tree, spans, logRows ? logs : NO_LOG_ROWS), [tree, spans, logRows, logs]);
  const { share, handle } = useSplit(body);
  const [margin, setMargin] = useState(0);
  const sheet = useMediaQuery('(max-width: 1100px)');
  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => document.getElementById('page-scroller'), estimateSize: () => ROW, overscan: 12, scrollMargin: margin,
    scrollPaddingStart: 40, scrollPaddingEnd: sheet ? window.innerHeight * SHEET : ROW,
  });

  useLayoutEffect(() => {
    const scroller = document.getElementById('page-scroller');
    const measure = () => {
      if (scroller && body.current) setMargin(body.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop);
    };
    measure();
    const observer = new ResizeObserver(measure);
    if (scroller?.firstElementChild) observer.observe(scroller.firstElementChild);
    return () => observer.disconnect();
  }, []);

  const row = selected < 0 ? -1 : rows.indexOf(selected);
  useEffect(() => {
    if (row < 0 || margin === 0) return;
    const { startIndex = row, endIndex = row } = virtual.range ?? {};
    const far = row < startIndex - NEAR || row > endIndex + NEAR;
    virtual.scrollToIndex(row, { align: far && !sheet ? 'center' : 'auto' });
  }, [virtual, row, margin, sheet]);

  const move = (key: string) => {
    const next = moveFor(key, tree, spans, folded, selected, PAGE);
    if (!next) return false;
    if ('select' in next) onSelect(next.select);
    else onFold(next.fold, next.close);
    return true;
  };
  useKeys({ j: () => move('j'), k: () => move('k') });
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key.length > 1 && move(event.key)) event.preventDefault();
  };

  return (
    <div className={css.grid} style={{ '--name': `${share}%` } as React.CSSProperties}>
      <TimeAxis view={view} handle={handle} />
      <div ref={body} role="treegrid" aria-label="Spans of the trace" aria-rowcount={rows.length} aria-colcount={2} tabIndex={0} className={css.body} onKeyDown={onKeyDown}
        aria-activedescendant={row >= 0 ? `span-${selected}` : undefined} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const i = rows[item.index];
          if (i === undefined) return null;
          const log = logOf.get(i);
          if (log) return <LogRow key={i} tree={tree} log={log} row={item.index} top={item.start - margin} view={view} onSelect={onSelect} />;
          const gap = i < 0 ? tree.gaps[gapOfRow(i)] : undefined;
          if (gap) return <GapRow key={i} tree={tree} gap={gap} row={item.index} top={item.start - margin} view={view} />;
          return (
            <TimelineRow key={i} tree={tree} at={i} row={item.index} top={item.start - margin} folded={folded.has(i)} view={view} entry={entry}
              selected={i === selected} faint={matches !== null && !matches.has(i)} critical={critical} logs={logs.get(tree.spans[i]?.span_id ?? '') ?? NO_LOGS} onSelect={onSelect} onFold={onFold} />
          );
        })}
      </div>
    </div>
  );
}
