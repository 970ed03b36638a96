import { expect, test } from 'vitest';
import { treeOf, visible } from '../../lib/tree';
import { span, traceOf } from '../../testing/fixtures';
import { moveFor, nextError, parents } from './timelineMoves';

const tree = treeOf(traceOf([span(1, null), span(2, 1), span(3, 2), span(4, 1, { status: 'error' }), span(5, null, { status: 'error' })]));
const move = (key: string, at: number, folded = new Set<number>()) => moveFor(key, tree, visible(tree, folded), folded, at, 20);

test.each([
  ['ArrowDown', -1, { select: 0 }], ['ArrowDown', 0, { select: 1 }], ['ArrowDown', 4, { select: 4 }], ['ArrowUp', 0, { select: 0 }], ['ArrowUp', -1, { select: 4 }],
  ['Home', 3, { select: 0 }], ['End', 0, { select: 4 }], ['PageDown', 0, { select: 4 }], ['PageUp', 4, { select: 0 }], ['ArrowRight', 0, { select: 1 }],
  ['ArrowRight', 2, null], ['ArrowLeft', 1, { fold: 1, close: true }], ['ArrowLeft', 2, { select: 1 }], ['ArrowLeft', 4, null], ['x', 0, null],
])('%s at %s', (key, at, result) => expect(move(key, at)).toEqual(result));

test('a folded span opens before it is entered, and is stepped over', () => {
  expect(move('ArrowRight', 0, new Set([0]))).toEqual({ fold: 0, close: false });
  expect(move('ArrowLeft', 1, new Set([1]))).toEqual({ select: 0 });
  expect(move('ArrowDown', 0, new Set([0]))).toEqual({ select: 4 });
});

test('errors are visited in turn, around the end', () => {
  expect(nextError(tree, -1, 1)).toBe(3);
  expect(nextError(tree, 3, 1)).toBe(4);
  expect(nextError(tree, 4, 1)).toBe(3);
  expect(nextError(tree, -1, -1)).toBe(4);
  expect(nextError(treeOf(traceOf([span(1, null)])), 0, 1)).toBe(0);
});

test('parents', () => expect(parents(tree)).toEqual([0, 1]));
