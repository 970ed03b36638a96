// What pages ask for. Times in keys are the texts of the URL, so a relative range stays one key.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Range } from '../lib/range';
import { answer, client } from './client';
import type { LogList, Operation, OperationPage, Service, SpanDetail, SpanMatches, Status, Trace } from './types';

export interface ListFilter extends Range {
  q?: string;
  service?: string;
  status?: string;
  kind?: string;
  sort?: string;
  /** Fields beside those that every row has, with commas. */
  fields?: string;
}

export const PAGE_SIZE = 50;
const SPANS = 100_000;
const LOGS = 1_000;
const asText = { parseAs: 'text' } as const;

export async function fetchOperations(filter: ListFilter, cursor: string | null, signal: AbortSignal): Promise<OperationPage> {
  // The server names a status or kind that it does not know, so they go to it as they are.
  const query = { ...filter, limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) } as object;
  return withColumns(await answer(client.GET('/operations', { params: { query }, signal, ...asText })));
}

/** Hands each operation the values of the fields that were asked for beside it. */
function withColumns(page: OperationPage): OperationPage {
  const { columns, rows, items } = page;
  if (!columns || !rows) return page;
  const valuesOf = (i: number) => Object.fromEntries(columns.map((name, c) => [name, rows[i]?.[c]]));
  return { ...page, items: items.map((op, i) => ({ ...op, columns: valuesOf(i) })) };
}

export function operationsQuery(filter: ListFilter) {
  return infiniteQueryOptions({
    queryKey: ['operations', filter],
    queryFn: ({ pageParam, signal }) => fetchOperations(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export function newestQuery(filter: ListFilter) {
  return queryOptions({
    queryKey: ['newest', filter],
    queryFn: ({ signal }) => fetchOperations(filter, null, signal),
    gcTime: 0,
  });
}

export function servicesQuery(range: Range) {
  return queryOptions({
    queryKey: ['services', range],
    queryFn: ({ signal }) => answer<{ items: Service[] }>(client.GET('/services', { params: { query: { ...range } }, signal, ...asText })),
  });
}

export function statusQuery() {
  return queryOptions({
    queryKey: ['status'],
    queryFn: ({ signal }) => answer<Status>(client.GET('/status', { signal, ...asText })),
  });
}

export function operationQuery(operationId: string) {
  return queryOptions({
    queryKey: ['operation', operationId],
    queryFn: ({ signal }) =>
      answer<Operation>(client.GET('/operations/{operation_id}', { params: { path: { operation_id: operationId } }, signal, ...asText })),
  });
}

/** Where to look for the parts of a trace: an hour around one of its operations. */
function around(op: Operation): Range {
  const hour = 3_600_000_000_000n;
  const start = BigInt(op.start_time);
  return { from: String(start - hour), to: String(start + BigInt(Math.max(op.duration, op.trace_duration ?? 0)) + hour) };
}

function tracePart<T>(part: 'logs' | 'operations', op: Operation, limit: number) {
  return queryOptions({
    queryKey: [part, op.trace_id, limit],
    queryFn: ({ signal }) =>
      answer<T>(client.GET(`/traces/{trace_id}/${part}`, { params: { path: { trace_id: op.trace_id }, query: { ...around(op), limit } }, signal, ...asText })),
  });
}

export const logsQuery = (op: Operation) => tracePart<LogList>('logs', op, LOGS);
export const traceOperationsQuery = (op: Operation) => tracePart<{ items: Operation[] }>('operations', op, LOGS);

/** The tree of the operation's trace, without attributes. */
export function traceQuery(op: Operation) {
  return queryOptions({
    queryKey: ['trace', op.trace_id],
    queryFn: ({ signal }) => answer<Trace>(client.GET('/traces/{trace_id}', { params: { path: { trace_id: op.trace_id }, query: { ...around(op), limit: SPANS } }, signal, ...asText })),
    staleTime: 10_000,
  });
}

export function spanQuery(op: Operation, spanId: string) {
  return queryOptions({
    queryKey: ['span', op.trace_id, spanId],
    queryFn: ({ signal }) =>
      answer<SpanDetail>(client.GET('/traces/{trace_id}/spans/{span_id}', { params: { path: { trace_id: op.trace_id, span_id: spanId }, query: around(op) }, signal, ...asText })),
    staleTime: 60_000,
  });
}

/** The places of the trace's spans that a text or a condition matches. */
export function traceSearchQuery(op: Operation, q: string) {
  return queryOptions({
    queryKey: ['trace-search', op.trace_id, q],
    queryFn: ({ signal }) =>
      answer<SpanMatches>(client.GET('/traces/{trace_id}/search', { params: { path: { trace_id: op.trace_id }, query: { ...around(op), q } }, signal, ...asText })),
    staleTime: 60_000,
  });
}

const MOST_ATTEMPTS = 20;

/** Operations around this one that a condition tells to be attempts at the same work, oldest first. */
export function attemptsQuery(op: Operation, q: string) {
  return queryOptions({
    queryKey: ['attempts', op.operation_id, q],
    queryFn: ({ signal }) => answer<OperationPage>(client.GET('/operations', { params: { query: { ...around(op), q, sort: 'time:asc', limit: MOST_ATTEMPTS } }, signal, ...asText })),
    staleTime: 30_000,
  });
}

/** The operations of a trace of which nothing but the id is known. */
export function traceByIdQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace operations', traceId],
    queryFn: ({ signal }) => answer<{ items: Operation[] }>(client.GET('/traces/{trace_id}/operations', { params: { path: { trace_id: traceId } }, signal, ...asText })),
  });
}

export function linkQuery(id: string) {
  return queryOptions({ queryKey: ['link', id], queryFn: ({ signal }) => answer<{ path: string }>(client.GET('/links/{id}', { params: { path: { id } }, signal, ...asText })) });
}

/** Keeps a path under a short id. */
export function shorten(path: string): Promise<{ id?: string }> {
  return answer(client.POST('/links', { body: { path }, ...asText }));
}
