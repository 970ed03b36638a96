import { queryOptions } from '@tanstack/react-query';
import { answer, client } from './client';
import type { Filter } from './pages';
import type { Facets } from './types';

/** The values of one field. */
export const facetQuery = (filter: Filter, field: string, limit: number) => queryOptions({
  queryKey: ['facet', filter, field, limit],
  queryFn: ({ signal }) => {
    const { q, service, from, to } = filter;
    const query = { from, to, fields: field, limit, ...(q && { q }), ...(service && { service }) };
    return answer<Facets>(client.GET('/operations/facets', { params: { query }, signal, parseAs: 'text' }));
  },
  staleTime: 5_000,
});
