import { expect, test } from 'vitest';
import type { Operation, OperationPage } from '../api/types';
import { operation } from '../testing/fixtures';
import { compareNewest, takeNewest, takeRevisions } from './merge';

const page = (items: Operation[], next: string | null = null): OperationPage => ({ items, next_cursor: next });
const pages = [page([operation(9), operation(7)], 'a'), page([operation(3), operation(1)])];
const ids = (result: OperationPage[]) => result.map((p) => p.items.map((op) => Number.parseInt(op.operation_id, 16)));

test('counts what is new, and says when there may be more', () => {
  expect(compareNewest(pages, page([operation(9), operation(7)]))).toEqual({ fresh: 0, more: false });
  expect(compareNewest(pages, page([operation(11), operation(9)]))).toEqual({ fresh: 1, more: false });
  expect(compareNewest(pages, page([operation(12), operation(11)], 'x'))).toEqual({ fresh: 2, more: true });
});

test('new operations go to their place, late ones too', () => {
  expect(ids(takeNewest(pages, page([operation(10), operation(9), operation(8), operation(7)])))).toEqual([[10, 9, 8, 7], [3, 1]]);
});

test('a later revision replaces an operation in its place, an earlier one does not', () => {
  const [first] = takeRevisions(pages, page([operation(9, { revision: 2, status: 'error' }), operation(7, { revision: 0, status: 'error' })]));
  expect(first?.items.map((op) => op.status)).toEqual(['error', 'ok']);
});

test('without news the pages are the same object, so nothing is rendered again', () => {
  expect(takeRevisions(pages, page([operation(9)]))).toBe(pages);
});
