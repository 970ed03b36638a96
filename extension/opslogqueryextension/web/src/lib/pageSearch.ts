// What the addresses of the pages beside the operations hold.
import type { Filter } from '../api/pages';
import { type Range, resolveTime } from './range';

export interface RangeSearch {
  q?: string;
  from?: string;
  to?: string;
  service?: string;
}

export interface ErrorsSearch extends RangeSearch {
  state?: string;
  sort?: string;
  sel?: string;
}

export interface ErrorSearch extends RangeSearch {
  tab?: string;
  /** Whose error, where several services have the fingerprint. */
  of?: string;
}

export interface MapSearch extends RangeSearch {
  environment?: string;
  focus?: string;
  depth?: string;
  view?: string;
  /** The selected node, or the selected edge as source and target with an arrow. */
  sel?: string;
}

export interface LatencySearch extends RangeSearch {
  mode?: string;
  by?: string;
  /** Of the chart of durations: logarithmic by itself, or linear. */
  scale?: string;
  field?: string;
  a?: string;
  b?: string;
  /** The other window, where windows are compared: how far back. */
  back?: string;
}

export interface QualitySearch extends RangeSearch {
  check?: string;
}

export interface CommandsSearch extends RangeSearch {
  actor?: string;
  target?: string;
  destructive?: string;
  review?: string;
  sel?: string;
}

export interface AlertsSearch extends RangeSearch {
  state?: string;
  sel?: string;
}

/** What goes along from page to page: the query, the range and the service. */
export function carried({ q, from, to, service }: RangeSearch): RangeSearch {
  return { ...(q && { q }), ...(from && { from }), ...(to && { to }), ...(service && { service }) };
}

export function rangeOf({ from, to }: RangeSearch, usual: string): Range {
  return { from: from || usual, to: to || 'now' };
}

/** What the API is asked for. Stages of a query are for the list of operations alone, and stay behind. */
export function filterOf(search: RangeSearch, usual: string): Filter {
  return { ...rangeOf(search, usual), q: search.q?.split('|')[0]?.trim(), service: search.service };
}

/** The ends of a range in milliseconds; of what cannot be read, the last hour. */
export function endsOf(range: Range, now: Date): [number, number] {
  const to = resolveTime(range.to, now)?.getTime() ?? now.getTime();
  const from = resolveTime(range.from, now)?.getTime() ?? to - 36e5;
  return from < to ? [from, to] : [to - 36e5, to];
}
