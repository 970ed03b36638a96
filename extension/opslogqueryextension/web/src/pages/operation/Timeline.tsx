import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { LogRecord, Operation } from '../../api/types';
import { useKeys } from '../../hooks/useKeys';
import { type View, zoom } from '../../lib/layout';
import { type OperationSearch, parseZoom } from '../../lib/search';
import { type Tree, reveal } from '../../lib/tree';
import { Minimap } from './Minimap';
import { SpanPanel } from './SpanPanel';
import css from './Timeline.module.css';
import { TimelineGrid } from './TimelineGrid';
import { TimelineToolbar } from './TimelineToolbar';
import { nextError, parents } from './timelineMoves';

interface Props {
  op: Operation;
  tree: Tree;
  logs: LogRecord[];
  orphans: number;
}

function bySpan(logs: LogRecord[]): Map<string, LogRecord[]> {
  const map = new Map<string, LogRecord[]>();
  for (const log of logs) if (log.span_id && !map.get(log.span_id)?.push(log)) map.set(log.span_id, [log]);
  return map;
}

/** The waterfall: what is selected and zoomed is in the URL, what is folded lasts as long as the page. */
export function Timeline({ op, tree, logs, orphans }: Props) {
  const { span, z } = useSearch({ from: '/operations/$operationId' });
  const navigate = useNavigate({ from: '/operations/$operationId' });
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const logsBySpan = useMemo(() => bySpan(logs), [logs]);
  const selected = span === undefined ? -1 : (tree.index.get(span) ?? -1);
  const whole = Math.max(1, tree.duration);
  const view: View = useMemo(() => parseZoom(z) ?? [0, whole], [z, whole]);
  // A selected span is never inside a fold.
  const open = useMemo(() => (selected < 0 ? folded : reveal(tree, folded, selected)), [tree, folded, selected]);

  const set = (part: OperationSearch) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true, state: true });
  const select = (i: number) => set({ span: tree.spans[i]?.span_id });
  const show = ([from, to]: View) => set({ z: from <= 0 && to >= whole ? undefined : `${Math.round(from)}-${Math.round(to)}` });
  const fold = (i: number, close: boolean) => {
    const next = new Set(open);
    if (close) next.add(i);
    else next.delete(i);
    setFolded(next);
  };
  const foldAll = (close: boolean) => {
    setFolded(close ? new Set(parents(tree)) : new Set());
    if (close) set({ span: undefined });
  };
  const entry = tree.index.get(op.span_id);
  const toEntry = (i: number) => {
    const start = tree.offset[i] ?? 0;
    set({ span: op.span_id, z: op.duration < whole * 0.9 && op.duration > 0 ? `${start}-${start + op.duration}` : undefined });
  };
  const zoomBy = (factor: number) => {
    const about = selected < 0 ? (view[0] + view[1]) / 2 : Math.min(view[1], Math.max(view[0], tree.offset[selected] ?? 0));
    show(zoom(view, factor, about, whole));
  };
  useKeys({
    e: () => select(nextError(tree, selected, 1)), E: () => select(nextError(tree, selected, -1)), ']': () => foldAll(true), '[': () => foldAll(false),
    '+': () => zoomBy(0.5), '=': () => zoomBy(0.5), '-': () => zoomBy(2), '0': () => show([0, whole]),
    ...(selected >= 0 && { Escape: () => set({ span: undefined }) }),
  });
  return (
    <div className={css.layout} data-testid="timeline">
      <div className={css.main}>
        <TimelineToolbar tree={tree} logs={logs.length} orphans={orphans} zoomed={z !== undefined} onEntry={entry === undefined || tree.spans.length < 2 ? undefined : () => toEntry(entry)}
          onFoldAll={foldAll} onZoom={zoomBy} onReset={() => show([0, whole])} />
        <Minimap tree={tree} view={view} whole={whole} onView={show} />
        <TimelineGrid tree={tree} folded={open} view={view} entry={entry ?? -1} selected={selected} logs={logsBySpan} onSelect={select} onFold={fold} />
      </div>
      {selected >= 0 && <SpanPanel op={op} tree={tree} at={selected} logs={logsBySpan.get(span ?? '') ?? []} onClose={() => set({ span: undefined })} />}
    </div>
  );
}
