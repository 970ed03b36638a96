// Spans of a trace summed up by what they are.
import { type Tree, selfTime } from './tree';

export interface Sum {
  key: string;
  name: string;
  service: string;
  count: number;
  errors: number;
  total: number;
  self: number;
  max: number;
  p95: number;
  /** The place of the slowest one. */
  slowest: number;
}

export type By = 'name' | 'service' | 'kind';

/** One row for each name, service or kind; the most own time first. */
export function sumUp(tree: Tree, by: By): Sum[] {
  const sums = new Map<string, Sum & { all: number[] }>();
  tree.spans.forEach((span, i) => {
    const label = by === 'name' ? span.name : by === 'kind' ? span.kind : '';
    const key = `${by === 'kind' ? '' : span.service_name}\n${label}`;
    const sum = sums.get(key) ?? { key, name: label || span.service_name, service: by === 'kind' ? '' : span.service_name, count: 0, errors: 0, total: 0, self: 0, max: -1, p95: 0, slowest: i, all: [] };
    sum.count++;
    sum.errors += span.status === 'error' ? 1 : 0;
    sum.total += span.duration;
    sum.self += selfTime(tree, i);
    if (span.duration > sum.max) [sum.max, sum.slowest] = [span.duration, i];
    sum.all.push(span.duration);
    sums.set(key, sum);
  });
  return [...sums.values()].map(({ all, ...sum }) => ({ ...sum, p95: nearestRank(all, 0.95) })).sort((a, b) => b.self - a.self);
}

function nearestRank(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
