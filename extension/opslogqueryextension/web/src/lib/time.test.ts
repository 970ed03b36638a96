import { describe, expect, test } from 'vitest';
import { between, compareNs, formatAgo, formatDay, isoNs, toDate } from './time';

test('nanoseconds keep every digit', () => {
  expect(isoNs('1763719331482000007')).toBe('2025-11-21T10:02:11.482000007Z');
  expect(isoNs('-1')).toBe('1969-12-31T23:59:59.999999999Z');
  expect(between('1763719331482000000', '1763719331482000007')).toBe(7);
});

test.each([['1', '2', -1], ['2', '1', 1], ['10', '9', 1], ['5', '5', 0], ['-5', '3', -1], ['-5', '-6', 1]])('compare %s with %s', (a, b, sign) =>
  expect(Math.sign(compareNs(a, b))).toBe(sign));

describe('relative to now', () => {
  const now = new Date(2026, 10, 21, 10, 2, 11);
  const ns = (date: Date) => `${date.getTime()}000000`;
  test('ago', () => {
    expect(formatAgo(ns(new Date(now.getTime() - 4_000)), now)).toBe('4 s ago');
    expect(formatAgo(ns(new Date(now.getTime() - 3 * 3_600_000)), now)).toBe('3 h ago');
    expect(formatAgo(ns(new Date(now.getTime() + 9_000)), now)).toBe('0 s ago');
  });
  test('the day is named where it is another one', () => {
    expect(formatDay(ns(now), now)).toBe('');
    expect(formatDay(ns(new Date(2026, 10, 20)), now)).toMatch(/20/);
    expect(formatDay(ns(new Date(2024, 10, 20)), now)).toMatch(/2024/);
    expect(toDate(ns(now))).toEqual(now);
  });
});
