import { expect, test } from 'vitest';
import { span, traceOf } from '../testing/fixtures';
import { criticalTime, foldedAtFirst, gapRow, reveal, selfTime, treeOf, visible, withAncestors } from './tree';

const at = (n: number, parent: number | null, start: number, duration: number, part = {}) => span(n, parent, { start_time: String(1_000_000 + start), duration, ...part });

// 0 ─ 1 ─ 2
//   └ 3 (orphan 4)
const small = treeOf(traceOf([at(1, null, 0, 100), at(2, 1, 10, 40), at(3, 2, 12, 8), at(4, 1, 60, 30, { status: 'error' }), at(5, 99, 20, 100)]));

test('depths, sizes, errors and orphans', () => {
  expect([...small.depth]).toEqual([0, 1, 2, 1, 0]);
  expect([...small.size]).toEqual([4, 2, 1, 1, 1]);
  expect([...small.orphan]).toEqual([0, 0, 0, 0, 1]);
  expect(small.errors).toBe(1);
  expect(small.duration).toBe(120);
});

test('what lies under a fold is not shown', () => {
  expect(visible(small, new Set())).toEqual([0, 1, 2, 3, 4]);
  expect(visible(small, new Set([1]))).toEqual([0, 1, 3, 4]);
  expect(visible(small, new Set([0]))).toEqual([0, 4]);
  expect(reveal(small, new Set([0, 1]), 2)).toEqual(new Set());
});

test('own time is what no child covers', () => {
  expect(selfTime(small, 0)).toBe(30);
  expect(selfTime(small, 1)).toBe(32);
  expect(selfTime(treeOf(traceOf([at(1, null, 0, 100), at(2, 1, 10, 50), at(3, 1, 20, 20), at(4, 1, 50, 90)])), 0)).toBe(10);
});

const repeated = treeOf(traceOf([at(1, null, 0, 1000), ...[0, 1, 2, 3, 4].map((i) => at(10 + i, 1, 100 + 10 * i, 5)), at(20, 1, 300, 50)], {
  groups: [{ first: 1, count: 5, total: 25 }], gaps: [{ parent: 0, offset: 145, dur: 155 }, { parent: 0, offset: 350, dur: 650 }], critical: [[0, 0, 100], [0, 350, 650], [6, 300, 50]],
}));

test('repeated calls are one row until it is opened', () => {
  const folded = foldedAtFirst(repeated);
  expect(visible(repeated, folded)).toEqual([0, 1, gapRow(0), 6, gapRow(1)]);
  expect(visible(repeated, new Set())).toEqual([0, 1, 2, 3, 4, 5, gapRow(0), 6, gapRow(1)]);
  expect(reveal(repeated, folded, 3)).toEqual(new Set());
  expect(reveal(repeated, folded, 1)).toEqual(folded);
  expect(repeated.groups.get(1)?.end).toBe(145);
});

test('gaps of what is folded are not shown', () => expect(visible(repeated, new Set([0]))).toEqual([0]));

test('a gap of an open span at the end of a folded one is shown', () => {
  const tree = treeOf(traceOf([at(1, null, 0, 100), at(2, 1, 0, 20), at(3, 2, 0, 5)], { gaps: [{ parent: 1, offset: 5, dur: 15 }, { parent: 0, offset: 20, dur: 80 }] }));
  expect(visible(tree, new Set([1]))).toEqual([0, 1, gapRow(1)]);
  expect(visible(tree, new Set())).toEqual([0, 1, 2, gapRow(0), gapRow(1)]);
});

test('only matches, with those above them', () => {
  expect([...withAncestors(small, [2])]).toEqual([1, 1, 1, 0, 0]);
  expect(visible(small, new Set([0]), withAncestors(small, [2]))).toEqual([0, 1, 2]);
});

test('time on the critical path', () => {
  expect(criticalTime(repeated, 0)).toBe(750);
  expect(criticalTime(repeated, 2)).toBe(0);
});

test('a large trace stays quick, and a huge one opens folded', () => {
  const n = 30_000;
  const spans = Array.from({ length: n }, (_, i) => at(i + 1, i === 0 ? null : i % 10 === 1 ? 1 : i, i, 5));
  const tree = treeOf(traceOf(spans));
  expect(visible(tree, new Set())).toHaveLength(n);
  expect(visible(tree, foldedAtFirst(tree)).length).toBeLessThan(n / 5);
});
