// The series of the latency answer, turned into buckets of time.
import type { Latency } from '../../api/pages';
import { formatDuration } from '../../lib/duration';
import { formatClock } from '../../lib/time';

type Series = Latency['series'];

export interface Bucket {
  /** Milliseconds. */
  time: number;
  count: number;
  failed: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface Group {
  name: string;
  count: number;
  buckets: Bucket[];
}

const MOST_GROUPS = 8;

/** One bucket for each time that any of the series has. */
export function bucketsOf(series: Series): Bucket[] {
  const found = new Map<number, Record<string, number>>();
  for (const { name, points } of series) {
    for (const [time, value] of points) {
      const at = Number(BigInt(String(time)) / 1_000_000n);
      const bucket = found.get(at) ?? {};
      if (typeof value === 'number') bucket[name] = value;
      found.set(at, bucket);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([time, v]) => ({
    time, count: v.count ?? 0, failed: Math.round((v.count ?? 0) * (v.error_rate ?? 0)), p50: v.p50 ?? null, p95: v.p95 ?? null, p99: v.p99 ?? null,
  }));
}

/** The busiest values of a field, each with its buckets. */
export function groupsOf(series: Series, by: string): Group[] {
  const parts = new Map<string, Series>();
  for (const one of series) {
    const value = one.labels[by] ?? Object.values(one.labels)[0];
    const name = typeof value === 'string' && value !== '' ? value : 'none';
    parts.set(name, [...(parts.get(name) ?? []), one]);
  }
  return [...parts]
    .map(([name, part]) => {
      const buckets = bucketsOf(part);
      return { name, buckets, count: buckets.reduce((n, b) => n + b.count, 0) };
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_GROUPS);
}

/** What the curve says, for those who do not see it. */
export function summary(buckets: readonly Bucket[]): string {
  const known = buckets.filter((b) => b.p95 !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return 'No durations';
  const peak = known.reduce((max, b) => ((b.p95 ?? 0) > (max.p95 ?? 0) ? b : max), first);
  const clock = (b: Bucket) => formatClock(`${b.time}000000`).slice(0, 5);
  return `p95 went from ${formatDuration(first.p95 ?? 0)} at ${clock(first)} to ${formatDuration(last.p95 ?? 0)} at ${clock(last)}, at most ${formatDuration(peak.p95 ?? 0)} at ${clock(peak)}`;
}
