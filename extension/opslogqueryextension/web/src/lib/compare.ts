// Comparisons of durations: one shape for what the server compares and for two windows of time.
import type { Comparison } from '../api/pages';
import type { Rows } from '../api/types';
import { cellText } from './text';

export interface Half {
  count: number;
  errorRate: number | null;
  p50: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

export type Outcome = 'too_few' | 'unsure' | 'slower' | 'faster' | 'same';

export type Interval = readonly [low: number, high: number];

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
/** Standard deviations on each side that hold 95 of 100. */
const Z = 1.96;
const P95 = 0.95;

/**
 * Where the true p95 lies with 95 of 100: between the order statistics of the ranks n·p ± z·√(n·p·(1−p)). Their values
 * are interpolated, on a logarithmic scale, between the percentiles that are known. null with too few operations.
 */
export function interval({ count, p50, p90, p95, p99, max }: Half): Interval | null {
  if (count < ENOUGH || p50 === null || p90 === null || p95 === null || p99 === null || max === null) return null;
  const width = Z * Math.sqrt((P95 * (1 - P95)) / count);
  const known: [number, number][] = [[0.5, p50], [0.9, p90], [P95, p95], [0.99, p99], [1, max]];
  return [valueAt(known, P95 - width), valueAt(known, Math.min(1, P95 + width))];
}

function valueAt(known: readonly [number, number][], rank: number): number {
  const at = Math.max(1, known.findIndex(([q]) => q >= rank));
  const [left, right] = [known[at - 1], known[at]];
  if (!left || !right) return 0;
  const share = (rank - left[0]) / (right[0] - left[0]);
  const [low, high] = [Math.log(Math.max(1, left[1])), Math.log(Math.max(1, right[1]))];
  return Math.round(Math.exp(low + share * (high - low)));
}

export function judge(a: Half, b: Half): Pick<Compared, 'change' | 'outcome'> {
  const change = a.p95 && b.p95 ? b.p95 / a.p95 - 1 : null;
  const [left, right] = [interval(a), interval(b)];
  if (change === null || !left || !right) return { change, outcome: 'too_few' };
  if (Math.abs(change) <= NOISE) return { change, outcome: 'same' };
  if (left[0] <= right[1] && right[0] <= left[1]) return { change, outcome: 'unsure' };
  return { change, outcome: change > 0 ? 'slower' : 'faster' };
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The rows of an answer whose columns are the group, then A, B and change of count, error rate and percentiles. */
export function fromServer({ rows }: Pick<Comparison, 'rows'>): Compared[] {
  return (rows ?? []).map((row) => {
    const half = (side: 1 | 2): Half => {
      const [count, errorRate, p50, p95, p99, p90, max] = [0, 3, 6, 9, 12, 15, 18].map((at) => number(row[at + side]));
      return { count: count ?? 0, errorRate: errorRate ?? null, p50: p50 ?? null, p90: p90 ?? null, p95: p95 ?? null, p99: p99 ?? null, max: max ?? null };
    };
    const [a, b] = [half(1), half(2)];
    return { name: cellText(row[0]), a, b, ...judge(a, b) };
  });
}

/** The query whose rows a window is made of. */
export const WINDOW_STAGE = '| count(), error_rate(), p50(duration), p90(duration), p95(duration), p99(duration), max(duration) by';

const NO_HALF: Half = { count: 0, errorRate: null, p50: null, p90: null, p95: null, p99: null, max: null };

/** Two windows joined by the name of their rows, the slowest now first. */
export function fromWindows(before: Rows, after: Rows): Compared[] {
  const halves = (rows: Rows) =>
    new Map((rows.rows ?? []).map((r): [string, Half] => [
      cellText(r[0]),
      { count: number(r[1]) ?? 0, errorRate: number(r[2]), p50: number(r[3]), p90: number(r[4]), p95: number(r[5]), p99: number(r[6]), max: number(r[7]) },
    ]));
  const [a, b] = [halves(before), halves(after)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((name) => {
      const [left, right] = [a.get(name) ?? NO_HALF, b.get(name) ?? NO_HALF];
      return { name, a: left, b: right, ...judge(left, right) };
    })
    .sort((x, y) => (y.b.p95 ?? 0) - (x.b.p95 ?? 0));
}

const WEIGHT: Record<Outcome, number> = { slower: 0, faster: 1, unsure: 2, same: 3, too_few: 4 };

/** What changed first, and of that what changed most. */
export function byChange(rows: readonly Compared[]): Compared[] {
  return rows.toSorted((x, y) => WEIGHT[x.outcome] - WEIGHT[y.outcome] || Math.abs(y.change ?? 0) - Math.abs(x.change ?? 0));
}
