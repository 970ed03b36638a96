import { describe, expect, test } from 'vitest';
import { type Half, byChange, fromServer, fromWindows, interval, judge } from './compare';

const half = (count: number, p95: number): Half => ({ count, errorRate: 0, p50: p95 / 4, p90: p95 / 2, p95, p99: p95 * 2, max: p95 * 4 });

describe('interval of p95', () => {
  test('is narrower with more operations, and holds p95', () => {
    const [few, many] = [interval(half(40, 1e8)), interval(half(4_000, 1e8))];
    if (!few || !many) throw new Error('there are enough');
    expect(few[0]).toBeLessThan(many[0]);
    expect(few[1]).toBeGreaterThan(many[1]);
    expect(many[0]).toBeLessThan(1e8);
    expect(many[1]).toBeGreaterThan(1e8);
  });
  test('is what the ranks say where they meet a known percentile', () => {
    // 1.96 · √(0.95 · 0.05 / n) = 0.05 at n = 73: from p90 to the longest.
    const [low, high] = interval(half(73, 1e8)) ?? [0, 0];
    expect(low / 0.5e8).toBeCloseTo(1, 2);
    expect(high / 4e8).toBeCloseTo(1, 2);
  });
  test('is not told of few operations', () => expect(interval(half(29, 1e8))).toBeNull());
});

describe('verdict', () => {
  test.each([
    ['slower', half(2_000, 1e8), half(2_000, 3e8)],
    ['faster', half(2_000, 3e8), half(2_000, 1e8)],
    ['same', half(2_000, 1e8), half(2_000, 1.05e8)],
    ['unsure', half(40, 1e8), half(40, 1.6e8)],
    ['too_few', half(29, 1e8), half(2_000, 9e8)],
  ] as const)('%s', (outcome, a, b) => expect(judge(a, b).outcome).toBe(outcome));
});

test('the server’s columns are read', () => {
  const row = ['GET /a', 100, 200, 1, 0, 0.1, null, 10, 20, 1, 30, 60, 1, 40, 80, 1, 25, 50, 1, 50, 100, 1];
  const [read] = fromServer({ rows: [row] });
  expect(read).toMatchObject({
    name: 'GET /a', change: 1,
    a: { count: 100, errorRate: 0, p50: 10, p90: 25, p95: 30, p99: 40, max: 50 }, b: { count: 200, errorRate: 0.1, p50: 20, p90: 50, p95: 60, p99: 80, max: 100 },
  });
});

test('windows are joined by name, and what changed comes first', () => {
  const row = (name: string, p95: number) => [name, 2_000, 0, p95 / 4, p95 / 2, p95, p95 * 2, p95 * 4];
  const columns: never[] = [];
  const found = fromWindows({ columns, rows: [row('same', 5e8), row('gone', 1e8), row('slow', 1e8)] }, { columns, rows: [row('same', 5e8), row('slow', 4e8), row('new', 1e6)] });
  expect(byChange(found).map((r) => [r.name, r.outcome])).toEqual([['slow', 'slower'], ['same', 'same'], ['new', 'too_few'], ['gone', 'too_few']]);
});
