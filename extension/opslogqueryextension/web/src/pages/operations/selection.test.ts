import { expect, test } from 'vitest';
import { id, operation } from '../../testing/fixtures';
import { selectionAfter } from './selection';

const rows = [operation(3), operation(2, { status: 'error' }), operation(1)];

test.each([
  [undefined, 1, false, 3], [undefined, -1, false, 1], [id(3), 1, false, 2], [id(1), 1, false, 1], [id(3), -1, false, 3], [undefined, 1, true, 2], [id(2), 1, true, 2],
] as const)('from %s by %s, errors %s', (selected, by, errors, next) => expect(selectionAfter(rows, selected, by, errors)?.operation_id).toBe(id(next)));

test('an empty list has no selection', () => expect(selectionAfter([], undefined, 1, false)).toBeUndefined());
