import type { Histogram } from '../api/types';

export interface Bucket {
  /** Nanoseconds since the epoch. */
  start: string;
  ok: number;
  errors: number;
}

/** The buckets of a histogram by status; what is not an error counts as ok. */
export function bucketsOf({ start, bucket_ns, series }: Histogram): Bucket[] {
  const n = series.reduce((max, s) => Math.max(max, s.counts.length), 0);
  const sum = (i: number, failed: boolean) => series.reduce((all, s) => all + ((s.key === 'error') === failed ? (s.counts[i] ?? 0) : 0), 0);
  return Array.from({ length: n }, (_, i) => ({ start: String(BigInt(start) + BigInt(i) * BigInt(bucket_ns)), ok: sum(i, false), errors: sum(i, true) }));
}

/** The moment at a share of the width, as RFC 3339 to the millisecond. */
export function momentAt(buckets: Bucket[], width: number, share: number): string {
  const start = BigInt(buckets[0]?.start ?? 0);
  const offset = BigInt(Math.round(share * width * buckets.length));
  return new Date(Number((start + offset) / 1_000_000n)).toISOString();
}

/** Some of the buckets, evenly apart, from the first to the last: where the axis says the time. */
export function marksOf(buckets: Bucket[], most: number): Bucket[] {
  const n = Math.min(most, buckets.length);
  return Array.from({ length: n }, (_, i) => buckets[n < 2 ? 0 : Math.round((i * (buckets.length - 1)) / (n - 1))] as Bucket);
}
