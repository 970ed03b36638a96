// A flame graph over time: children below their parents, and what runs at the same time beside each other.
import type { Tree } from './tree';

export interface Flame {
  /** The line of each place. */
  line: Uint16Array;
  lines: number;
  /** Places of each line by start. */
  byLine: number[][];
}

export function flameOf(tree: Tree): Flame {
  const n = tree.spans.length;
  const flame: Flame = { line: new Uint16Array(n), lines: 0, byLine: [] };
  const free: number[] = []; // from when on each line is free
  for (let i = 0; i < n; i++) {
    const parent = tree.parent[i] ?? -1;
    const start = tree.offset[i] ?? 0;
    let line = parent < 0 ? 0 : (flame.line[parent] ?? 0) + 1;
    while ((free[line] ?? 0) > start && line < 2_000) line++;
    flame.line[i] = line;
    free[line] = start + Math.max(1, tree.spans[i]?.duration ?? 0);
    if (!flame.byLine[line]?.push(i)) flame.byLine[line] = [i];
  }
  flame.lines = free.length;
  return flame;
}

/** The place on a line at a moment, or -1. A little beside it is near enough. */
export function placeAt(flame: Flame, tree: Tree, line: number, moment: number, near: number): number {
  let best = -1;
  let distance = near;
  for (const i of flame.byLine[line] ?? []) {
    const start = tree.offset[i] ?? 0;
    const end = start + (tree.spans[i]?.duration ?? 0);
    const away = moment < start ? start - moment : moment > end ? moment - end : 0;
    if (away <= distance) [best, distance] = [i, away];
    if (start > moment + near) break;
  }
  return best;
}
