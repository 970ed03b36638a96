// Kept spans as rows.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { isLive, type Range } from '../lib/range';
import { answer, client } from './client';
import { PAGE_SIZE } from './queries';
import type { Operation, Span, SpanPage } from './types';

export interface SpanFilter extends Range {
  q?: string;
  service?: string;
  status?: string;
  sort?: string;
}

const FRESH_MS = 10_000;
const HOUR = 3_600_000_000_000n;

/** The first page of a range that moves on is asked for again. */
export function spansQuery(filter: SpanFilter) {
  return infiniteQueryOptions({
    queryKey: ['spans of all', filter],
    queryFn: ({ pageParam, signal }) => {
      // The server names a status that it does not know, so it goes to it as it is.
      const query = { ...filter, scope: 'spans', limit: PAGE_SIZE, ...(pageParam === null ? {} : { cursor: pageParam }) } as object;
      return answer<SpanPage>(client.GET('/operations', { params: { query }, signal, parseAs: 'text' }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: (query) => (isLive(filter) && !filter.sort && (query.state.data?.pages.length ?? 0) < 2 ? FRESH_MS : false),
  });
}

/** The operations of the span's trace, in the hour around it. */
export function operationsAroundQuery({ trace_id, start_time }: Pick<Span, 'trace_id' | 'start_time'>) {
  const start = BigInt(start_time);
  return queryOptions({
    queryKey: ['operations around', trace_id, start_time],
    queryFn: ({ signal }) => answer<{ items: Operation[] }>(client.GET('/traces/{trace_id}/operations', {
      params: { path: { trace_id }, query: { from: String(start - HOUR), to: String(start + HOUR) } }, signal, parseAs: 'text',
    })),
  });
}
