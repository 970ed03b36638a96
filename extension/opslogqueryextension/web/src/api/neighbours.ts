// What there is to tell around one operation.
import { queryOptions } from '@tanstack/react-query';
import { answer, client } from './client';
import type { Before, Cascade, Pair, Similar, Story } from './types';

const asText = { parseAs: 'text' } as const;
const LATER_MS = 30_000;
const path = (operation_id: string) => ({ path: { operation_id } });

export function beforeQuery(id: string) {
  return queryOptions({ queryKey: ['before', id], queryFn: ({ signal }) => answer<Before>(client.GET('/operations/{operation_id}/before', { params: path(id), signal, ...asText })), staleTime: LATER_MS });
}

export function cascadeQuery(id: string) {
  return queryOptions({ queryKey: ['cascade', id], queryFn: ({ signal }) => answer<Cascade>(client.GET('/operations/{operation_id}/cascade', { params: path(id), signal, ...asText })), staleTime: LATER_MS });
}

export function similarQuery(id: string) {
  return queryOptions({
    queryKey: ['similar', id],
    queryFn: ({ signal }) => answer<Similar>(client.GET('/operations/{operation_id}/similar', { params: { ...path(id), query: { limit: 20 } }, signal, ...asText })),
    staleTime: LATER_MS,
  });
}

export function compareQuery(id: string, other: string) {
  return queryOptions({
    queryKey: ['compare', id, other],
    queryFn: ({ signal }) => answer<Pair>(client.GET('/operations/{operation_id}/compare', { params: { ...path(id), query: { with: other } }, signal, ...asText })),
    staleTime: LATER_MS,
  });
}

export function storyQuery(id: string) {
  return queryOptions({ queryKey: ['story', id], queryFn: ({ signal }) => answer<Story>(client.GET('/operations/{operation_id}/explain', { params: path(id), signal, ...asText })), staleTime: LATER_MS });
}
