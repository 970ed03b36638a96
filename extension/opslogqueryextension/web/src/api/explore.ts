// Questions about a list as a whole, and about its query's text.
import { queryOptions } from '@tanstack/react-query';
import type { Range } from '../lib/range';
import { answer, client } from './client';
import type { ListFilter } from './queries';
import type { Completion, Diagnosis, Facets, Histogram, Rows, Saved } from './types';

const asText = { parseAs: 'text' } as const;
/** Whole lists change slowly beside single rows. */
const FRESH_MS = 10_000;

export const FACETS = ['status', 'kind', 'service', 'endpoint', 'method', 'http.status', 'error.type', 'transport', 'env', 'version', 'host'];
const FACET_VALUES = 8;

/** The server names a status or kind that it does not know, so they go to it as they are. */
const asked = (query: object): object => query;

export function histogramQuery(filter: ListFilter, buckets: number) {
  return queryOptions({
    queryKey: ['histogram', filter, buckets],
    queryFn: ({ signal }) => answer<Histogram>(client.GET('/operations/histogram', { params: { query: asked({ ...filter, buckets }) }, signal, ...asText })),
    staleTime: FRESH_MS,
  });
}

export function facetsQuery(filter: ListFilter) {
  return queryOptions({
    queryKey: ['facets', filter],
    queryFn: ({ signal }) => answer<Facets>(client.GET('/operations/facets', { params: { query: asked({ ...filter, fields: FACETS.join(','), limit: FACET_VALUES }) }, signal, ...asText })),
    staleTime: FRESH_MS,
  });
}

export function aggregateQuery(filter: ListFilter, format: 'table' | 'series') {
  return queryOptions({
    queryKey: ['aggregate', filter, format],
    queryFn: ({ signal }) => answer<Rows>(client.GET('/query', { params: { query: asked({ ...filter, format }) }, signal, ...asText })),
    staleTime: FRESH_MS,
  });
}

/** What the rows of a query are, where they are no operations. */
export type Scope = 'spans' | undefined;

const inScope = (scope: Scope) => (scope ? { scope } : {});

export function checkQuery(q: string, scope?: Scope) {
  return queryOptions({
    queryKey: ['check', q, scope],
    queryFn: ({ signal }) => answer<Diagnosis>(client.GET('/query/check', { params: { query: { q, ...inScope(scope) } }, signal, ...asText })),
    staleTime: Infinity,
  });
}

/** What may stand at a place of a query's text, in UTF-16 code units. */
export function completeQuery(q: string, pos: number, { from, to }: Range, scope?: Scope) {
  return queryOptions({
    queryKey: ['complete', q, pos, from, to, scope],
    queryFn: ({ signal }) => answer<Completion>(client.GET('/query/complete', { params: { query: { q, pos, from, to, ...inScope(scope) } }, signal, ...asText })),
    staleTime: FRESH_MS,
  });
}

export function fieldsQuery(range: Range) {
  return queryOptions({
    queryKey: ['fields', range],
    queryFn: ({ signal }) => answer<{ items: { name: string; type: string; source: string }[] }>(client.GET('/fields', { params: { query: { ...range } }, signal, ...asText })),
    staleTime: 60_000,
  });
}

export function savedQuery() {
  return queryOptions({ queryKey: ['saved'], queryFn: ({ signal }) => answer<{ items: Saved[] }>(client.GET('/saved', { signal, ...asText })), staleTime: FRESH_MS });
}

export function saveQuery(saved: Saved): Promise<Saved> {
  return answer<Saved>(client.POST('/saved', { body: saved, ...asText }));
}

export async function forgetQuery(id: string): Promise<void> {
  await client.DELETE('/saved/{id}', { params: { path: { id } } });
}
