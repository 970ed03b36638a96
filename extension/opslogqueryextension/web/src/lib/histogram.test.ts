import { expect, test } from 'vitest';
import { bucketsOf, momentAt } from './histogram';

const histogram = { start: '1763719331000000000', bucket_ns: 1_000_000_000, deploys: [], series: [{ key: 'error', counts: [0, 2] }, { key: 'ok', counts: [3, 4] }, { key: null, counts: [1, 0] }] };

test('errors stand apart from the rest', () =>
  expect(bucketsOf(histogram)).toEqual([{ start: '1763719331000000000', ok: 4, errors: 0 }, { start: '1763719332000000000', ok: 4, errors: 2 }]));

test('a share of the width is a moment', () => {
  const buckets = bucketsOf(histogram);
  expect(momentAt(buckets, histogram.bucket_ns, 0)).toBe('2025-11-21T10:02:11.000Z');
  expect(momentAt(buckets, histogram.bucket_ns, 0.75)).toBe('2025-11-21T10:02:12.500Z');
});

test('no operations', () => expect(bucketsOf({ ...histogram, series: [] })).toEqual([]));
