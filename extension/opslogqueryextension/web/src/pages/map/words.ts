// Numbers and kinds of the map in words.
import type { MapNode } from '../../api/pages';

const KINDS: Record<MapNode['kind'], string> = {
  service: 'service', user: 'users', unknown: 'unknown', database: 'database', cache: 'cache', messaging: 'queue', http: 'host', rpc: 'RPC server', overflow: 'others',
};

export function kindText(node: Pick<MapNode, 'kind'>): string {
  return KINDS[node.kind];
}

/** Calls as a rate that can be read: 38/s, 4.2/min, 3/h. */
export function rateText(calls: number, seconds: number): string {
  for (const [length, unit] of [[1, 's'], [60, 'min'], [3_600, 'h']] as const) {
    const rate = (calls * length) / Math.max(1, seconds);
    if (rate >= 10) return `${Math.round(rate)}/${unit}`;
    if (rate >= 1 || unit === 'h') return `${Number(rate.toFixed(1))}/${unit}`;
  }
  return '';
}

/** 9.1 %, < 0.1 %, 0 %. */
export function errorText({ errors, error_rate: rate }: { errors: number; error_rate: number }): string {
  if (errors === 0) return '0 %';
  const percent = rate * 100;
  return percent < 0.1 ? '< 0.1 %' : `${Number(percent.toFixed(percent < 10 ? 1 : 0))} %`;
}
