// Arithmetic for charts that are drawn as SVG.
import { formatter, isUTC } from './zone';

const LONGEST = ['1d', 864e5] as const;
const STEPS: readonly (readonly [text: string, ms: number])[] = [
  ['1s', 1e3], ['5s', 5e3], ['10s', 1e4], ['30s', 3e4], ['1m', 6e4], ['5m', 3e5], ['10m', 6e5], ['15m', 9e5], ['30m', 18e5], ['1h', 36e5], ['2h', 72e5],
  ['6h', 216e5], ['12h', 432e5], LONGEST,
];

export interface Step {
  text: string;
  ms: number;
}

/** The finest step that makes no more than the given number of buckets. */
export function chooseStep(rangeMs: number, most = 60): Step {
  const [text, ms] = STEPS.find(([, step]) => rangeMs / step <= most) ?? LONGEST;
  return { text, ms };
}

/** Round marks from 0 to at least the maximum: 1, 2 or 5 times a power of ten apart. */
export function ticks(max: number, count = 4): number[] {
  if (!(max > 0)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power;
  const marks: number[] = [];
  for (let i = 0; ; i++) {
    marks.push(Number((i * step).toPrecision(12)));
    if (i * step >= max) return marks;
  }
}

/** Marks of a logarithmic scale: powers of ten around the values, with 3 between where they are few. */
export function logTicks(values: readonly (number | null)[]): number[] {
  const known = values.filter((v): v is number => v !== null && v > 0);
  if (known.length === 0) return [1, 10];
  const low = Math.floor(Math.log10(Math.min(...known)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known))));
  const powers = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return powers.length > 3 ? powers : powers.flatMap((p, i) => (i < powers.length - 1 ? [p, 3 * p] : [p]));
}

/** Times at which an axis is marked: whole steps of the shown clock, about one each 120 pixels. */
export function timeTicks(from: number, to: number, width: number): number[] {
  const step = chooseStep(to - from, Math.max(2, Math.floor(width / 120))).ms;
  const zone = isUTC() ? 0 : new Date(from).getTimezoneOffset() * 6e4;
  const marks: number[] = [];
  for (let t = Math.ceil((from - zone) / step) * step + zone; t <= to; t += step) marks.push(t);
  return marks;
}

const hour = formatter({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = formatter({ day: 'numeric', month: 'short' });

/** A mark of a time axis: the hour, or the day where marks are days apart. */
export function tickLabel(ms: number, rangeMs: number): string {
  const date = new Date(ms);
  if (rangeMs > 3 * 864e5) return day.format(date);
  return hour.format(date);
}

/** Whether the last quarter of the counts is more than three times as dense as what was before. */
export function isRising(counts: readonly number[]): boolean {
  const at = Math.floor(counts.length * 0.75);
  const sum = (part: readonly number[]) => part.reduce((a, b) => a + b, 0);
  const [before, last] = [counts.slice(0, at), counts.slice(at)];
  const [old, fresh] = [sum(before), sum(last)];
  return old > 0 && fresh >= 10 && fresh / last.length > (3 * old) / before.length;
}
