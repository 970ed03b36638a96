import { expect, test } from 'vitest';
import { id, operation } from '../testing/fixtures';
import { MOST_ROWS, isGap, takeTail } from './tail';

const ids = (rows: ReturnType<typeof takeTail>) => rows.map((row) => (isGap(row) ? 'gap' : Number.parseInt(row.operation_id, 16)));

test('what comes last is on top; nothing is there twice', () => {
  const first = takeTail([], [operation(1), operation(2)]);
  expect(ids(first)).toEqual([2, 1]);
  const gap = { gap: { from: '1', to: '2' } };
  const next = takeTail(first, [gap, operation(3), operation(1, { revision: 2, name: 'late' }), operation(3)]);
  expect(ids(next)).toEqual([3, 'gap', 2, 1]);
  expect(next.find((row) => !isGap(row) && row.operation_id === id(1))).toMatchObject({ name: 'late' });
});

test('an older revision changes nothing, and there is an end', () => {
  const rows = takeTail([], [operation(1, { revision: 3 })]);
  expect(takeTail(rows, [operation(1, { revision: 2 })])).toEqual(rows);
  expect(takeTail([], Array.from({ length: MOST_ROWS + 5 }, (_, i) => operation(i)))).toHaveLength(MOST_ROWS);
});
