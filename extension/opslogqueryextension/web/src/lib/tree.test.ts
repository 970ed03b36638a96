import { describe, expect, test } from 'vitest';
import { id, span } from '../testing/fixtures';
import { buildTree, reveal, selfTime, visible } from './tree';

const names = (tree: ReturnType<typeof buildTree>, rows = visible(tree, new Set())) => rows.map((i) => tree.spans[i]?.name);

describe('a trace', () => {
  const tree = buildTree([span(5, 2), span(1, null, { duration: 9_000_000, status: 'error' }), span(3, 1), span(2, 1), span(4, 2)]);
  test('is in pre-order, children by start', () => expect(names(tree)).toEqual(['span 1', 'span 2', 'span 4', 'span 5', 'span 3']));
  test('knows depth, size, offset and end', () => {
    expect([...tree.depth]).toEqual([0, 1, 2, 2, 1]);
    expect([...tree.size]).toEqual([5, 3, 1, 1, 1]);
    expect(tree.offset[3]).toBe(4_000_000);
    expect(tree.duration).toBe(9_000_000);
    expect(tree.errors).toBe(1);
  });
  test('hides what is folded', () => expect(names(tree, visible(tree, new Set([1])))).toEqual(['span 1', 'span 2', 'span 3']));
  test('opens the way to a span', () => expect([...reveal(tree, new Set([0, 1, 4]), 2)]).toEqual([4]));
});

test('a span whose parent is missing is an orphan beside the others', () => {
  const tree = buildTree([span(1, null), span(2, 1), span(3, 99)]);
  expect(names(tree)).toEqual(['span 1', 'span 2', 'span 3']);
  expect([...tree.orphan]).toEqual([0, 0, 1]);
});

test('loops, self-parents and doubled spans lose nothing and end', () => {
  const tree = buildTree([span(1, 3), span(2, 1), span(3, 2), span(4, 4), span(5, null), span(5, null)]);
  expect([...tree.spans].map((s) => s.span_id).sort()).toEqual([1, 2, 3, 4, 5].map((n) => id(n, 16)));
  expect(tree.size.reduce((most, n) => Math.max(most, n))).toBe(3);
});

test('own time is what no child covers; overlapping children count once', () => {
  const at = (ms: number, duration: number) => ({ start_time: String(BigInt(ms) * 1_000_000n), duration: duration * 1_000_000 });
  const tree = buildTree([span(1, null, at(0, 100)), span(2, 1, at(10, 30)), span(3, 1, at(20, 40)), span(4, 1, at(90, 50)), span(5, 2, at(10, 5))]);
  expect(selfTime(tree, 0)).toBe(40_000_000);
});

test('every forest gives each span once, under its parent', () => {
  let seed = 1;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 50; round++) {
    const spans = Array.from({ length: 60 }, (_, i) => span(i + 1, random(4) === 0 ? null : random(70) + 1));
    const tree = buildTree(spans);
    expect(tree.index.size).toBe(60);
    tree.spans.forEach((s, i) => {
      const parent = tree.parent[i] ?? -1;
      if (parent >= 0) expect(tree.spans[parent]?.span_id).toBe(s.parent_span_id);
      expect(parent).toBeLessThan(i);
    });
    expect(visible(tree, new Set())).toHaveLength(60);
  }
});

test('an empty trace is an empty tree', () => expect(buildTree([]).duration).toBe(0));
