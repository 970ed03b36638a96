import { expect, test } from 'vitest';
import { formatValue, seriesOf } from './series';

const columns = [
  { name: 'service', type: 'string' as const, group: true }, { name: 'time', type: 'time' as const, group: true, width: 1 }, { name: 'p95(duration)', type: 'duration' as const, unit: 'ns' },
  { name: 'count', type: 'int' as const },
];
const rows = [['a', '2000000', 5, 1], ['b', '1000000', 9, 2], ['a', '1000000', 3, 1], ['b', '2000000', null, 2]];

test('a chart for each number, a line for each group', () => {
  const [p95, count] = seriesOf({ columns, rows });
  expect(p95?.lines).toEqual([{ label: 'b', points: [[1, 9]] }, { label: 'a', points: [[1, 3], [2, 5]] }]);
  expect(count?.lines.map((line) => line.label)).toEqual(['b', 'a']);
});

test('values have their units', () => {
  const [service, , p95, count] = columns;
  expect(formatValue(1_500_000, p95 as never)).toBe('1.5 ms');
  expect(formatValue(1234, count as never)).toBe('1,234');
  expect(formatValue(null, service as never)).toBe('–');
  expect(formatValue(0.25, { name: 'error_rate', type: 'float' })).toBe('25 %');
});
