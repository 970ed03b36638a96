import { expect, test } from 'vitest';
import { treeOf } from '../../lib/tree';
import { log, span, traceOf } from '../../testing/fixtures';
import { withLogs } from './logRows';

const spans = [span(1, null), span(2, 1), span(3, 1)];
const tree = treeOf(traceOf(spans));

test('records stand below their span, beyond the places of spans', () => {
  const { rows, logOf } = withLogs(tree, [0, 1, -1, 2], new Map([[spans[1]?.span_id ?? '', [log(1), log(2)]]]));
  expect(rows).toEqual([0, 1, 3, 4, -1, 2]);
  expect(logOf.get(4)?.body).toBe('line 2');
});

test('without records the rows are those of the spans', () => {
  const rows = [0, 1, 2];
  expect(withLogs(tree, rows, new Map()).rows).toBe(rows);
});
