// Where the keyboard goes on the timeline. Places are those of the tree.
import type { Row, Tree } from '../../lib/tree';

/** Every place that can be folded: spans that have others under them, and rows of repeated calls. */
export function parents(tree: Tree): number[] {
  return tree.spans.flatMap((_, i) => ((tree.size[i] ?? 1) > 1 || tree.groups.has(i) ? [i] : []));
}

/** The next failed span in a direction, from the other end where there is none; -1 where none failed. */
export function nextError(tree: Tree, from: number, by: 1 | -1): number {
  return nextPlace(tree.spans.length, from, by, (at) => tree.spans[at]?.status === 'error');
}

/** The next place in a direction that has a property, around the end; from itself where no other has. */
export function nextPlace(n: number, from: number, by: 1 | -1, wanted: (at: number) => boolean): number {
  for (let i = 1; i <= n; i++) {
    const start = from < 0 && by < 0 ? n : from;
    const at = (((start + by * i) % n) + n) % n;
    if (wanted(at)) return at;
  }
  return from;
}

export type Move = { select: number } | { fold: number; close: boolean } | null;

/** What a key does in the tree grid (the ARIA pattern): rows are the shown ones, in order; gaps are stepped over. */
export function moveFor(key: string, tree: Tree, shown: Row[], folded: ReadonlySet<number>, selected: number, page: number): Move {
  const rows = shown.filter((row) => row >= 0);
  const row = rows.indexOf(selected);
  const to = (target: number): Move => {
    const place = rows[Math.min(rows.length - 1, Math.max(0, target))];
    return place === undefined ? null : { select: place };
  };
  const hasChildren = (tree.size[selected] ?? 1) > 1 || tree.groups.has(selected);
  switch (key) {
    case 'ArrowDown': case 'j': return to(row + 1);
    case 'ArrowUp': case 'k': return to(row < 0 ? rows.length - 1 : row - 1);
    case 'PageDown': return to(row + page);
    case 'PageUp': return to(row - page);
    case 'Home': return to(0);
    case 'End': return to(rows.length - 1);
    case 'ArrowRight':
      if (!hasChildren) return null;
      return folded.has(selected) ? { fold: selected, close: false } : to(row + 1);
    case 'ArrowLeft':
      if (hasChildren && !folded.has(selected)) return { fold: selected, close: true };
      return (tree.parent[selected] ?? -1) >= 0 ? { select: tree.parent[selected] as number } : null;
    default: return null;
  }
}
