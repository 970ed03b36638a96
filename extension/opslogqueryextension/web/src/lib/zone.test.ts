import { afterEach, expect, test } from 'vitest';
import { formatClock, formatMoment } from './time';
import { toLocalInput } from './range';
import { fromInput, setUTC } from './zone';

afterEach(() => setUTC(false));

test('in UTC, times are those of their text; an input gives the moment back', () => {
  setUTC(true);
  const at = new Date('2026-03-01T23:30:15Z');
  const ns = `${at.getTime()}000000`;
  expect(formatClock(ns)).toMatch(/^23:30:15/);
  expect(formatMoment(ns, new Date('2026-03-02T00:10:00Z'))).toMatch(/1/);
  expect(toLocalInput(at)).toBe('2026-03-01T23:30:15');
  expect(fromInput(toLocalInput(at))).toEqual(at);
});

test('in the zone of the machine, an input gives the moment back, too', () => {
  const at = new Date('2026-07-01T10:00:00Z');
  expect(fromInput(toLocalInput(at))).toEqual(at);
});
