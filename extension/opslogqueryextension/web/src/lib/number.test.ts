import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatShare, plural } from './number';
import { severity } from './severity';

test.each([[0, '0 B'], [812, '812 B'], [1_204, '1.2 kB'], [999_999, '1 MB'], [3_400_000, '3.4 MB'], [7_000_000_000_000, '7000 GB']])('%s bytes', (n, text) =>
  expect(formatBytes(n)).toBe(text));

test('counts and shares', () => {
  expect(formatCount(1204)).toBe('1,204');
  expect(plural(1, 'span')).toBe('1 span');
  expect(plural(2, 'span')).toBe('2 spans');
  expect(formatShare(0.004)).toBe('< 1 %');
  expect(formatShare(0.42)).toBe('42 %');
});

test.each([[0, 'LOG'], [1, 'TRACE'], [9, 'INFO'], [12, 'INFO'], [13, 'WARN'], [17, 'ERROR'], [24, 'FATAL'], [25, 'LOG']])('severity %s', (n, level) =>
  expect(severity({ severity_number: n })).toBe(level));
