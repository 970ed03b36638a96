import { describe, expect, test } from 'vitest';
import { chooseStep, isRising, logTicks, ticks, timeTicks } from './chart';

test.each([[36e5, '1m'], [864e5, '30m'], [6048e5, '6h'], [3e4, '1s']])('%d ms are cut into steps of %s', (ms, text) => expect(chooseStep(ms).text).toBe(text));

test.each([[0, [0, 1]], [9, [0, 5, 10]], [100, [0, 50, 100]], [0.06, [0, 0.02, 0.04, 0.06]]])('marks up to %d', (max, marks) => expect(ticks(max)).toEqual(marks));

describe('a logarithmic scale', () => {
  test('has powers of ten around the values', () => expect(logTicks([4e3, 2e6, null, 0])).toEqual([1e3, 1e4, 1e5, 1e6, 1e7]));
  test('has more marks where values are near each other', () => expect(logTicks([20, 80])).toEqual([10, 30, 100]));
  test('is there without values', () => expect(logTicks([null])).toEqual([1, 10]));
});

test('time is marked at whole steps within the range', () => {
  const marks = timeTicks(1_000, 3_600_000, 600);
  expect(marks.length).toBeGreaterThan(2);
  for (const mark of marks) expect(mark % 900_000).toBe(0);
});

test.each([[[1, 1, 1, 1, 1, 1, 20, 20], true], [[5, 5, 5, 5, 5, 5, 5, 5], false], [[0, 0, 0, 0, 0, 0, 20, 20], false]])('%j rises: %s', (counts, rises) => expect(isRising(counts)).toBe(rises));
