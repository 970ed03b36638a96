// A trace as a tree in pre-order, held as arrays: showing a part of it costs what is shown, not what there is.
import type { Span } from '../api/types';
import { between, compareNs } from './time';

export interface Tree {
  /** In pre-order; children by start. Everything below is indexed by a span's place here. */
  spans: Span[];
  /** The parent's place, -1 at a root. */
  parent: Int32Array;
  depth: Uint16Array;
  /** Spans in the subtree, itself included. */
  size: Int32Array;
  /** Nanoseconds from start. */
  offset: Float64Array;
  /** The span names a parent that is not here. */
  orphan: Uint8Array;
  index: Map<string, number>;
  /** The earliest start, and nanoseconds from it to the latest end. */
  start: string;
  duration: number;
  errors: number;
  services: string[];
}

/** The spans under each span, and those that are under none. */
function link(spans: Iterable<Span>, byId: Map<string, Span>): { children: Map<string, Span[]>; roots: Span[] } {
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    const parent = span.parent_span_id ? byId.get(span.parent_span_id) : undefined;
    if (!parent) roots.push(span);
    else if (!children.get(parent.span_id)?.push(span)) children.set(parent.span_id, [span]);
  }
  return { children, roots };
}

const byStart = (a: Span, b: Span) => compareNs(a.start_time, b.start_time) || (a.span_id < b.span_id ? -1 : 1);

export function buildTree(input: Span[]): Tree {
  const byId = new Map(input.map((s) => [s.span_id, s]));
  const spans = [...byId.values()].sort(byStart);
  const { children, roots } = link(spans, byId);
  const n = spans.length;
  const tree: Tree = {
    spans: [], parent: new Int32Array(n), depth: new Uint16Array(n), size: new Int32Array(n), offset: new Float64Array(n),
    orphan: new Uint8Array(n), index: new Map(), start: '0', duration: 0, errors: 0, services: [],
  };
  for (const root of roots) place(tree, root, children);
  // What no root leads to is a loop, which only broken or hostile data has: it is cut open at its first span.
  for (const span of spans) if (!tree.index.has(span.span_id)) place(tree, span, children);
  measure(tree);
  return tree;
}

function place(tree: Tree, root: Span, children: Map<string, Span[]>): void {
  const stack: [Span, number][] = [[root, -1]];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [span, parent] = next;
    if (tree.index.has(span.span_id)) continue;
    const at = tree.spans.push(span) - 1;
    tree.index.set(span.span_id, at);
    tree.parent[at] = parent;
    tree.depth[at] = parent < 0 ? 0 : (tree.depth[parent] ?? 0) + 1;
    tree.orphan[at] = parent < 0 && span.parent_span_id ? 1 : 0;
    for (const child of (children.get(span.span_id) ?? []).toReversed()) stack.push([child, at]);
  }
}

function measure(tree: Tree): void {
  const { spans } = tree;
  if (spans.length === 0) return;
  tree.start = spans.reduce((min, s) => (compareNs(s.start_time, min) < 0 ? s.start_time : min), (spans[0] as Span).start_time);
  for (let i = spans.length - 1; i >= 0; i--) {
    const span = spans[i] as Span;
    const offset = between(tree.start, span.start_time);
    tree.offset[i] = offset;
    tree.duration = Math.max(tree.duration, offset + span.duration);
    tree.size[i] = (tree.size[i] ?? 0) + 1;
    const parent = tree.parent[i] ?? -1;
    if (parent >= 0) tree.size[parent] = (tree.size[parent] ?? 0) + (tree.size[i] ?? 0);
    if (span.status === 'error') tree.errors++;
  }
  tree.services = [...new Set(spans.map((s) => s.service_name))];
}

/** The places to show: everything but what lies under a folded span. */
export function visible(tree: Tree, folded: ReadonlySet<number>): number[] {
  const rows: number[] = [];
  for (let i = 0; i < tree.spans.length; ) {
    rows.push(i);
    i += folded.has(i) ? (tree.size[i] ?? 1) : 1;
  }
  return rows;
}

/** The folded set without what hides place i. */
export function reveal(tree: Tree, folded: ReadonlySet<number>, i: number): Set<number> {
  const open = new Set(folded);
  for (let at = tree.parent[i] ?? -1; at >= 0; at = tree.parent[at] ?? -1) open.delete(at);
  return open;
}

/** Time in the span that no child covers. */
export function selfTime(tree: Tree, i: number): number {
  const start = tree.offset[i] ?? 0;
  const end = start + (tree.spans[i]?.duration ?? 0);
  let covered = 0;
  let until = start;
  for (let c = i + 1; c < i + (tree.size[i] ?? 1); c += tree.size[c] ?? 1) {
    const from = Math.max(until, tree.offset[c] ?? 0);
    const to = Math.min(end, (tree.offset[c] ?? 0) + (tree.spans[c]?.duration ?? 0));
    if (to > from) covered += to - from;
    until = Math.max(until, to);
  }
  return end - start - covered;
}
