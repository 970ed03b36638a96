import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { traceSearchQuery } from '../../api/queries';
import type { LogRecord, Operation } from '../../api/types';
import { useAnnounce } from '../../hooks/useAnnounce';
import { useKeys } from '../../hooks/useKeys';
import { type View, zoom } from '../../lib/layout';
import { type OperationSearch, parseZoom } from '../../lib/search';
import { type Tree, foldedAtFirst, reveal, withAncestors } from '../../lib/tree';
import { FlameGraph } from './FlameGraph';
import { Minimap } from './Minimap';
import { SpanPanel } from './SpanPanel';
import { SpanTable } from './SpanTable';
import css from './Timeline.module.css';
import { TimelineGrid } from './TimelineGrid';
import { TimelineToolbar } from './TimelineToolbar';
import { nextError, nextPlace, parents } from './timelineMoves';

interface Props {
  op: Operation;
  tree: Tree;
  logs: LogRecord[];
}

function bySpan(logs: LogRecord[]): Map<string, LogRecord[]> {
  const map = new Map<string, LogRecord[]>();
  for (const log of logs) if (log.span_id && !map.get(log.span_id)?.push(log)) map.set(log.span_id, [log]);
  return map;
}

/** The trace as waterfall, flame graph or table: what is selected, zoomed and looked for is in the URL. */
export function Timeline({ op, tree, logs }: Props) {
  const { span, z, view: kind = 'timeline', fq = '', only, path, logs: logRows } = useSearch({ from: '/operations/$operationId' });
  const navigate = useNavigate({ from: '/operations/$operationId' });
  const announce = useAnnounce();
  const [folded, setFolded] = useState<ReadonlySet<number>>(() => foldedAtFirst(tree));
  const logsBySpan = useMemo(() => bySpan(logs), [logs]);
  const found = useQuery({ ...traceSearchQuery(op, fq), enabled: fq !== '' && !tree.derived });
  const matches = useMemo(() => (fq !== '' && found.data?.n === tree.spans.length ? new Set(found.data.indexes) : null), [fq, found.data, tree]);
  const keep = useMemo(() => (matches && only ? withAncestors(tree, [...matches]) : undefined), [matches, only, tree]);
  const selected = span === undefined ? -1 : (tree.index.get(span) ?? -1);
  const whole = Math.max(1, tree.duration);
  const view: View = useMemo(() => parseZoom(z) ?? [0, whole], [z, whole]);
  const orphans = useMemo(() => tree.orphan.reduce((n, o) => n + o, 0), [tree]);
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
  const nextMatch = (by: 1 | -1) => {
    if (matches && matches.size > 0) select(nextPlace(tree.spans.length, selected, by, (at) => matches.has(at)));
  };
  const critical = path !== 'off';
  const copyLink = () => void navigator.clipboard.writeText(location.href).then(() => announce('Link copied'), () => announce('The browser did not allow copying'));
  useKeys({
    e: () => select(nextError(tree, selected, 1)), E: () => select(nextError(tree, selected, -1)), ']': () => foldAll(true), '[': () => foldAll(false),
    '+': () => zoomBy(0.5), '=': () => zoomBy(0.5), '-': () => zoomBy(2), '0': () => show([0, whole]), c: () => set({ path: critical ? 'off' : undefined }),
    w: () => set({ view: undefined }), f: () => set({ view: 'flame' }), t: () => set({ view: 'table' }), n: () => nextMatch(1), N: () => nextMatch(-1), y: copyLink,
    ...(selected >= 0 && { Escape: () => set({ span: undefined }) }),
  });
  return (
    <div className={css.layout} data-testid="timeline">
      <div className={css.main}>
        <TimelineToolbar tree={tree} logs={logs.length} orphans={orphans} zoomed={z !== undefined} view={kind} find={fq} matches={matches?.size ?? null} problem={fq === '' ? null : found.error} only={Boolean(only)} critical={critical} logRows={logRows === '1'}
          onEntry={entry === undefined || tree.spans.length < 2 ? undefined : () => toEntry(entry)} onFoldAll={foldAll} onZoom={zoomBy} onReset={() => show([0, whole])} onSet={set} onNext={nextMatch} />
        {kind !== 'table' && <Minimap tree={tree} view={view} whole={whole} onView={show} />}
        {kind === 'flame' && <FlameGraph tree={tree} view={view} selected={selected} matches={matches} onSelect={select} onView={show} />}
        {kind === 'table' && <SpanTable tree={tree} onSelect={(i) => set({ view: undefined, span: tree.spans[i]?.span_id })} onFind={(text) => set({ view: undefined, fq: text, only: '1' })} />}
        {kind !== 'flame' && kind !== 'table' && (
          <TimelineGrid tree={tree} folded={open} view={view} entry={entry ?? -1} selected={selected} logs={logsBySpan} matches={matches} only={keep} logRows={logRows === '1'} critical={critical} onSelect={select} onFold={fold} />
        )}
      </div>
      {selected >= 0 && <SpanPanel op={op} tree={tree} at={selected} logs={logsBySpan.get(span ?? '') ?? []} onClose={() => set({ span: undefined })} />}
    </div>
  );
}
