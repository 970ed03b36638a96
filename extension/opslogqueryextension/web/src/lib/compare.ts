// Comparisons of durations: one shape for what the server compares and for two windows of time.
import type { Comparison } from '../api/pages';
import type { Rows } from '../api/types';
import { cellText } from './text';

export interface Half {
  count: number;
  errorRate: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export type Outcome = 'too_few' | 'slower' | 'faster' | 'same';

export interface Compared {
  name: string;
  a: Half;
  b: Half;
  /** Of p95, as a ratio; null where one side has none. */
  change: number | null;
  outcome: Outcome;
}

/** As the server has it: fewer operations say nothing, and a change below a tenth is within the error of percentiles. */
export const ENOUGH = 30;
const NOISE = 0.1;

export function judge(a: Half, b: Half): Pick<Compared, 'change' | 'outcome'> {
  const change = a.p95 && b.p95 ? b.p95 / a.p95 - 1 : null;
  if (change === null || a.count < ENOUGH || b.count < ENOUGH) return { change, outcome: 'too_few' };
  return { change, outcome: change > NOISE ? 'slower' : change < -NOISE ? 'faster' : 'same' };
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The rows of an answer whose columns are the group, then count, error rate and percentiles with A, B and change. */
export function fromServer({ rows, verdicts }: Comparison): Compared[] {
  return (rows ?? []).map((row, i) => {
    const half = (side: 1 | 2): Half => ({ count: number(row[side]) ?? 0, errorRate: number(row[3 + side]), p50: number(row[6 + side]), p95: number(row[9 + side]), p99: number(row[12 + side]) });
    return { name: cellText(row[0]), a: half(1), b: half(2), change: number(row[12]), outcome: verdicts[i] ?? 'too_few' };
  });
}

/** The query whose rows a window is made of. */
export const WINDOW_STAGE = '| count(), error_rate(), p50(duration), p95(duration), p99(duration) by';

const NO_HALF: Half = { count: 0, errorRate: null, p50: null, p95: null, p99: null };

/** Two windows joined by the name of their rows, the slowest now first. */
export function fromWindows(before: Rows, after: Rows): Compared[] {
  const halves = (rows: Rows) => new Map((rows.rows ?? []).map((r) => [cellText(r[0]), { count: number(r[1]) ?? 0, errorRate: number(r[2]), p50: number(r[3]), p95: number(r[4]), p99: number(r[5]) }]));
  const [a, b] = [halves(before), halves(after)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((name) => {
      const [left, right] = [a.get(name) ?? NO_HALF, b.get(name) ?? NO_HALF];
      return { name, a: left, b: right, ...judge(left, right) };
    })
    .sort((x, y) => (y.b.p95 ?? 0) - (x.b.p95 ?? 0));
}
