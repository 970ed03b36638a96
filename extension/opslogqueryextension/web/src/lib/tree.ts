// A trace as a tree in pre-order, held as arrays: showing a part of it costs what is shown, not what there is.
import type { Span, Trace } from '../api/types';

/** What the tree knows of a span; the rest is asked for when it is looked at. */
export interface TreeSpan {
  span_id: string;
  name: string;
  service_name: string;
  kind: Span['kind'];
  status: Span['status'];
  duration: number;
}

/** Calls beside each other that say the same. */
export interface Group {
  first: number;
  count: number;
  total: number;
  /** Nanoseconds from the trace's start to the end of the last one. */
  end: number;
}

export interface Gap {
  parent: number;
  offset: number;
  duration: number;
}

export interface Tree {
  /** In pre-order; children by start. Everything below is indexed by a span's place here. */
  spans: TreeSpan[];
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
  start: string;
  duration: number;
  errors: number;
  services: string[];
  /** Rows of repeated calls by the place of their first, and for each place the first of its row or -1. */
  groups: Map<number, Group>;
  groupOf: Int32Array;
  /** Where nothing tells what happened, and before which place each is shown. */
  gaps: Gap[];
  gapsBefore: Map<number, number[]>;
  /** Pieces of the critical path by place: offset and duration. */
  critical: Map<number, [number, number][]>;
  /** The spans were not kept; operations stand for them. */
  derived: boolean;
}

const KINDS: Span['kind'][] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUS: Span['status'][] = ['unset', 'ok', 'error'];

export function treeOf(trace: Trace): Tree {
  const { n } = trace;
  const tree: Tree = {
    spans: Array.from({ length: n }, (_, i) => ({
      span_id: trace.id[i] ?? '', name: trace.names[trace.name[i] ?? -1] ?? '', service_name: trace.services[trace.svc[i] ?? -1] ?? '', kind: KINDS[trace.kind[i] ?? 0] ?? 'unspecified',
      status: STATUS[trace.status[i] ?? 0] ?? 'unset', duration: trace.dur[i] ?? 0,
    })),
    parent: Int32Array.from(trace.parent), depth: new Uint16Array(n), size: new Int32Array(n).fill(1), offset: Float64Array.from(trace.offset), orphan: new Uint8Array(n),
    index: new Map(trace.id.map((id, i) => [id, i])), start: trace.start, duration: trace.duration, errors: 0, services: trace.services, groups: new Map(), groupOf: new Int32Array(n).fill(-1),
    gaps: trace.gaps.map((gap) => ({ parent: gap.parent, offset: gap.offset, duration: gap.dur })), gapsBefore: new Map(), critical: new Map(), derived: trace.derived,
  };
  measure(tree);
  for (const i of trace.orphans) tree.orphan[i] = 1;
  for (const [span, offset, duration] of trace.critical as [number, number, number][]) {
    if (!tree.critical.get(span)?.push([offset, duration])) tree.critical.set(span, [[offset, duration]]);
  }
  for (const { first, count, total } of trace.groups) {
    tree.groups.set(first, { first, count, total, end: Math.max(...Array.from({ length: count }, (_, k) => endOf(tree, first + k))) });
    tree.groupOf.fill(first, first, first + count);
  }
  tree.gaps.forEach((gap, g) => {
    const place = placeOfGap(tree, gap);
    if (!tree.gapsBefore.get(place)?.push(g)) tree.gapsBefore.set(place, [g]);
  });
  return tree;
}

const endOf = (tree: Tree, i: number) => (tree.offset[i] ?? 0) + (tree.spans[i]?.duration ?? 0);

function measure(tree: Tree): void {
  tree.spans.forEach((span, i) => {
    const parent = tree.parent[i] ?? -1;
    tree.depth[i] = parent < 0 ? 0 : (tree.depth[parent] ?? 0) + 1;
    if (span.status === 'error') tree.errors++;
  });
  for (let i = tree.spans.length - 1; i >= 0; i--) {
    const parent = tree.parent[i] ?? -1;
    if (parent >= 0) tree.size[parent] = (tree.size[parent] ?? 0) + (tree.size[i] ?? 0);
  }
}

/** A gap stands before the first child that begins after it, or behind the last. */
function placeOfGap(tree: Tree, { parent, offset, duration }: Gap): number {
  const behind = parent + (tree.size[parent] ?? 1);
  for (let child = parent + 1; child < behind; child += tree.size[child] ?? 1) if ((tree.offset[child] ?? 0) >= offset + duration) return child;
  return behind;
}

/** A row: the place of a span, or -1 - g for gap g. */
export type Row = number;
export const gapRow = (g: number): Row => -1 - g;
export const gapOfRow = (row: Row): number => -1 - row;

/**
 * The rows to show: everything but what lies under a folded span or behind the first of a folded group, with the gaps
 * of what is open. With a choice of places only those are shown.
 */
export function visible(tree: Tree, folded: ReadonlySet<number>, only?: Uint8Array): Row[] {
  const rows: Row[] = [];
  let hidden = -1; // places from here on are under the last fold
  for (let i = 0; i <= tree.spans.length; ) {
    if (!only) for (const g of tree.gapsBefore.get(i) ?? []) if (hidden < 0 || (tree.gaps[g]?.parent ?? 0) < hidden) rows.push(gapRow(g));
    if (i === tree.spans.length) break;
    hidden = -1;
    if (only && !only[i]) {
      i++;
      continue;
    }
    rows.push(i);
    if (folded.has(i) && !only) {
      hidden = i;
      i += tree.groups.get(i)?.count ?? tree.size[i] ?? 1;
    } else i++;
  }
  return rows;
}

/** Matching places and those above them. */
export function withAncestors(tree: Tree, matches: readonly number[]): Uint8Array {
  const keep = new Uint8Array(tree.spans.length);
  for (const match of matches) for (let at = match; at >= 0 && !keep[at]; at = tree.parent[at] ?? -1) keep[at] = 1;
  return keep;
}

/** The folded set without what hides place i. */
export function reveal(tree: Tree, folded: ReadonlySet<number>, i: number): Set<number> {
  const open = new Set(folded);
  for (let at = tree.parent[i] ?? -1; at >= 0; at = tree.parent[at] ?? -1) open.delete(at);
  const first = tree.groupOf[i] ?? -1;
  if (first >= 0 && first !== i) open.delete(first);
  return open;
}

const HUGE = 20_000;

/** What is folded at first: repeated calls, and in a huge trace all below the second level. */
export function foldedAtFirst(tree: Tree): Set<number> {
  const folded = new Set(tree.groups.keys());
  if (tree.spans.length > HUGE) tree.spans.forEach((_, i) => { if ((tree.depth[i] ?? 0) >= 1 && (tree.size[i] ?? 1) > 1) folded.add(i); });
  return folded;
}

/** Time in the span that no child covers. */
export function selfTime(tree: Tree, i: number): number {
  const start = tree.offset[i] ?? 0;
  const end = endOf(tree, i);
  let covered = 0;
  let until = start;
  for (let c = i + 1; c < i + (tree.size[i] ?? 1); c += tree.size[c] ?? 1) {
    const from = Math.max(until, tree.offset[c] ?? 0);
    const to = Math.min(end, endOf(tree, c));
    if (to > from) covered += to - from;
    until = Math.max(until, to);
  }
  return end - start - covered;
}

/** Time of the span on the critical path. */
export function criticalTime(tree: Tree, i: number): number {
  return (tree.critical.get(i) ?? []).reduce((sum, [, duration]) => sum + duration, 0);
}
