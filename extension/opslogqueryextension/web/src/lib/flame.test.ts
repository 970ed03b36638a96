import { expect, test } from 'vitest';
import { span, traceOf } from '../testing/fixtures';
import { flameOf, placeAt } from './flame';
import { sumUp } from './summary';
import { treeOf } from './tree';

const at = (n: number, parent: number | null, start: number, duration: number, part = {}) => span(n, parent, { start_time: String(1_000_000 + start), duration, name: `s${n % 2}`, ...part });
const tree = treeOf(traceOf([at(1, null, 0, 100), at(2, 1, 10, 40), at(3, 2, 12, 8), at(4, 1, 30, 40), at(5, 1, 80, 10, { status: 'error' })]));

test('calls are below their callers, and what runs at once is on lines of its own', () => {
  const flame = flameOf(tree);
  expect([...flame.line]).toEqual([0, 1, 2, 2, 1]);
  expect(flame.lines).toBe(3);
  for (const places of flame.byLine) {
    places.slice(1).forEach((i, k) => {
      const before = places[k] as number;
      expect(tree.offset[i]).toBeGreaterThanOrEqual((tree.offset[before] ?? 0) + (tree.spans[before]?.duration ?? 0));
    });
  }
});

test('a place is found by where it is', () => {
  const flame = flameOf(tree);
  expect(placeAt(flame, tree, 1, 20, 0)).toBe(1);
  expect(placeAt(flame, tree, 1, 78, 3)).toBe(4);
  expect(placeAt(flame, tree, 1, 70, 3)).toBe(-1);
  expect(placeAt(flame, tree, 9, 70, 3)).toBe(-1);
});

test('sums add up to the time of the roots', () => {
  const sums = sumUp(tree, 'name');
  expect(sums.map((sum) => [sum.name, sum.count, sum.errors])).toEqual([['s0', 2, 0], ['s1', 3, 1]]);
  expect(sumUp(tree, 'service')).toHaveLength(1);
  expect(sums.find((sum) => sum.name === 's1')).toMatchObject({ max: 100, slowest: 0, p95: 100 });
});
