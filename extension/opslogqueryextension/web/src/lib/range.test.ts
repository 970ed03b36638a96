import { expect, test } from 'vitest';
import { absoluteRange, isLive, rangeLabel, resolveTime, toLocalInput } from './range';

const now = new Date('2026-11-21T10:00:00Z');

test.each([
  ['now', '2026-11-21T10:00:00.000Z'], ['now-15m', '2026-11-21T09:45:00.000Z'], ['now-1w', '2026-11-14T10:00:00.000Z'],
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'], ['1763719331482000000', '2025-11-21T10:02:11.482Z'],
])('%s', (text, iso) => expect(resolveTime(text, now)?.toISOString()).toBe(iso));

test.each(['', 'yesterday', 'now-1y', 'now+1h'])('%s means no time', (text) => expect(resolveTime(text, now)).toBeNull());

test('labels', () => {
  expect(rangeLabel({ from: 'now-1h', to: 'now' }, now)).toBe('Last hour');
  expect(rangeLabel({ from: 'now-2h', to: 'now' }, now)).toMatch(/– now$/);
  expect(rangeLabel({ from: 'nonsense', to: 'now-1h' }, now)).toMatch(/^nonsense – /);
});

test('a range that ends now is live, a fixed one is not', () => {
  expect(isLive({ from: 'now-1h', to: 'now' })).toBe(true);
  expect(isLive(absoluteRange({ from: 'now-1h', to: 'now' }, now))).toBe(false);
  expect(absoluteRange({ from: 'now-1h', to: 'now' }, now)).toEqual({ from: '2026-11-21T09:00:00.000Z', to: '2026-11-21T10:00:00.000Z' });
});

test('a date as a field of a form keeps its local time', () => expect(new Date(toLocalInput(now))).toEqual(now));
