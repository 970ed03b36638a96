// What the pages beside the operations ask for and change.
import { queryOptions } from '@tanstack/react-query';
import { type Range, isLive } from '../lib/range';
import { answer, client } from './client';
import type { components } from './schema';
import type { OperationPage, Rows } from './types';

type Schemas = components['schemas'];
export type ErrorGroup = Schemas['ErrorGroup'];
export type ErrorNote = Schemas['ErrorNote'];
export type ErrorList = Schemas['ErrorList'];
export type ErrorDetail = Schemas['ErrorDetail'];
export type Deploy = Schemas['Deploy'];
export type ServiceMap = Schemas['ServiceMap'];
export type MapNode = Schemas['MapNode'];
export type MapEdge = Schemas['MapEdge'];
export type Latency = Schemas['Latency'];
export type Comparison = Schemas['Comparison'];
export type Quality = Schemas['Quality'];
export type QualityCheck = Schemas['QualityCheck'];
export type CommandPage = Schemas['CommandPage'];
export type Review = Schemas['Review'];

/** A range, and what of it is asked for. */
export interface Filter extends Range {
  q?: string | undefined;
  service?: string | undefined;
}

const asText = { parseAs: 'text' } as const;
const FRESH_MS = 5_000;
const EMPTY_MS = 5_000;

/** An empty page is asked for again while its range moves on: calls and checks are counted for 15 seconds before they are sent. */
function untilSome<T>(range: Range, parts: (answered: T) => readonly unknown[]) {
  return { refetchInterval: ({ state }: { state: { data: T | undefined } }) => (state.data && isLive(range) && parts(state.data).length === 0 ? EMPTY_MS : (false as const)) };
}

/** The parameters that say something, as they are: the server names a value that it does not know. */
const given = (query: object) => Object.fromEntries(Object.entries(query).filter(([, v]) => v !== undefined && v !== '')) as object;

/** More groups than anybody looks through. */
export const MOST_ERRORS = 500;

export const errorsQuery = (filter: Filter, sort: string) => queryOptions({
  queryKey: ['errors', filter, sort],
  queryFn: ({ signal }) => answer<ErrorList>(client.GET('/errors', { params: { query: given({ ...filter, sort, limit: MOST_ERRORS }) }, signal, ...asText })),
  staleTime: FRESH_MS,
  ...untilSome(filter, (answered: ErrorList) => answered.items),
});

export const errorQuery = (fingerprint: string, filter: Filter) => queryOptions({
  queryKey: ['error', fingerprint, filter],
  queryFn: ({ signal }) => answer<ErrorDetail>(client.GET('/errors/{fingerprint}', { params: { path: { fingerprint }, query: given({ ...filter }) }, signal, ...asText })),
  staleTime: FRESH_MS,
});

export const errorEventsQuery = (fingerprint: string, filter: Filter) => queryOptions({
  queryKey: ['error events', fingerprint, filter],
  queryFn: ({ signal }) =>
    answer<OperationPage>(client.GET('/errors/{fingerprint}/events', { params: { path: { fingerprint }, query: given({ ...filter, limit: 100, count: 'exact' }) }, signal, ...asText })),
  staleTime: FRESH_MS,
});

/** Decides what is to become of a group of errors. Throws ApiError where somebody else did so first. */
export function decideError({ service, fingerprint, note }: ErrorGroup, decision: ErrorNote): Promise<ErrorNote> {
  const header = note?.revision === undefined ? {} : { 'If-Match': `"${note.revision}"` };
  return answer(client.PATCH('/errors/{fingerprint}', { params: { path: { fingerprint }, query: { service }, header }, body: decision, ...asText }));
}

/** Makes errors of a service one group, which the first of them names. */
export function mergeErrors(service: string, fingerprints: string[]): Promise<unknown> {
  return answer(client.POST('/errors/merge', { body: { service, fingerprints }, ...asText }));
}

/** Takes errors out of the group that one belongs to; all, where none is named. */
export function splitErrors(service: string, fingerprint: string, fingerprints: string[] = []): Promise<unknown> {
  return answer(client.POST('/errors/{fingerprint}/split', { params: { path: { fingerprint } }, body: { service, fingerprints }, ...asText }));
}

export const deploysQuery = (filter: Filter) => queryOptions({
  queryKey: ['deploys', filter],
  queryFn: ({ signal }) => answer<{ items: Deploy[] }>(client.GET('/deploys', { params: { query: given({ ...filter }) }, signal, ...asText })),
  staleTime: FRESH_MS,
});

/** Rows of a query with an aggregate. */
export const rowsQuery = (q: string, range: Range) => queryOptions({
  queryKey: ['rows', q, range],
  queryFn: ({ signal }) => answer<Rows>(client.GET('/query', { params: { query: { q, ...range } }, signal, ...asText })),
  staleTime: FRESH_MS,
});

export interface MapFilter extends Range {
  environment?: string | undefined;
  focus?: string | undefined;
  depth?: string | undefined;
  by?: string | undefined;
}

export const mapQuery = (filter: MapFilter) => queryOptions({
  queryKey: ['map', filter],
  queryFn: ({ signal }) => answer<ServiceMap>(client.GET('/map', { params: { query: given({ ...filter }) }, signal, ...asText })),
  staleTime: FRESH_MS,
  ...untilSome(filter, (answered: ServiceMap) => answered.nodes),
});

export const latencyQuery = (filter: Filter, step: string, by: string, heatmap: boolean) => queryOptions({
  queryKey: ['latency', filter, step, by, heatmap],
  queryFn: ({ signal }) => answer<Latency>(client.GET('/latency', { params: { query: given({ ...filter, step, by, heatmap: heatmap ? 'true' : '' }) }, signal, ...asText })),
  staleTime: FRESH_MS,
});

export interface Sides {
  field: string;
  a?: string | undefined;
  b?: string | undefined;
  by: string;
}

export const compareQuery = (filter: Filter, sides: Sides) => queryOptions({
  queryKey: ['compare', filter, sides],
  queryFn: ({ signal }) => answer<Comparison>(client.GET('/latency/compare', { params: { query: given({ ...filter, ...sides }) }, signal, ...asText })),
  staleTime: FRESH_MS,
});

export const qualityQuery = (range: Range) => queryOptions({
  queryKey: ['quality', range],
  queryFn: ({ signal }) => answer<{ items: Quality[] }>(client.GET('/quality', { params: { query: { ...range } }, signal, ...asText })),
  staleTime: FRESH_MS,
  ...untilSome(range, (answered: { items: Quality[] }) => answered.items),
});

export const serviceQualityQuery = (service: string, range: Range) => queryOptions({
  queryKey: ['quality', service, range],
  queryFn: ({ signal }) => answer<{ items: Quality[] }>(client.GET('/quality/{service}', { params: { path: { service }, query: { ...range } }, signal, ...asText })),
  staleTime: FRESH_MS,
  ...untilSome(range, (answered: { items: Quality[] }) => answered.items),
});

export interface CommandFilter extends Filter {
  actor?: string | undefined;
  target?: string | undefined;
  destructive?: string | undefined;
}

export const commandsQuery = (filter: CommandFilter) => queryOptions({
  queryKey: ['commands', filter],
  queryFn: ({ signal }) => answer<CommandPage>(client.GET('/commands', { params: { query: given({ ...filter, fields: 'effects', limit: 200 }) }, signal, ...asText })),
  staleTime: FRESH_MS,
  ...untilSome(filter, (answered: CommandPage) => answered.items),
});

export const reviewsQuery = (id: string) => queryOptions({
  queryKey: ['reviews', id],
  queryFn: ({ signal }) => answer<{ items: Review[] }>(client.GET('/commands/{operation_id}/review', { params: { path: { operation_id: id } }, signal, ...asText })),
});

/** Adds to what was said of a command. */
export function reviewCommand(id: string, review: Review): Promise<{ items: Review[] }> {
  return answer(client.POST('/commands/{operation_id}/review', { params: { path: { operation_id: id } }, body: review, ...asText }));
}


export type Reproduction = Schemas['Reproduction'];

/** The request of an operation as text. Answered with 409 where it changed something and that was not confirmed. */
export const reproductionQuery = (id: string, as: string, force: boolean) => queryOptions({
  queryKey: ['reproduction', id, as, force],
  queryFn: ({ signal }) =>
    answer<Reproduction>(client.GET('/operations/{operation_id}/reproduce', { params: { path: { operation_id: id }, query: given({ as, force: force ? 'true' : '' }) }, signal, ...asText })),
  staleTime: Infinity,
});
