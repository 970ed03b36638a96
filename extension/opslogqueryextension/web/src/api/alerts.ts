// Alerts: what is asked for and what is said of them.
import { queryOptions } from '@tanstack/react-query';
import { answer, client } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];
export type Alert = Schemas['Alert'];
export type AlertDetail = Schemas['AlertDetail'];
export type AlertRuleList = Schemas['AlertRuleList'];
export type AlertRuleTested = Schemas['AlertRuleTested'];

const asText = { parseAs: 'text' } as const;
/** Alerts are looked at while they happen. */
export const EVERY_MS = 5_000;

export const alertsQuery = () => queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) => answer<{ items: Alert[] }>(client.GET('/alerts', { signal, ...asText })),
});

export const alertQuery = (id: string) => queryOptions({
  queryKey: ['alert', id],
  queryFn: ({ signal }) => answer<AlertDetail>(client.GET('/alerts/{id}', { params: { path: { id } }, signal, ...asText })),
});

export const rulesQuery = () => queryOptions({
  queryKey: ['alert rules'],
  queryFn: ({ signal }) => answer<AlertRuleList>(client.GET('/alerts/rules', { signal, ...asText })),
});

export const acknowledge = (id: string) => answer<Alert>(client.POST('/alerts/{id}/ack', { params: { path: { id } }, body: {}, ...asText }));

export const mute = (id: string, duration: string, reason: string) =>
  answer<Alert>(client.POST('/alerts/{id}/mute', { params: { path: { id } }, body: { duration, ...(reason && { reason }) }, ...asText }));

export const unmute = (id: string) => answer<Alert>(client.DELETE('/alerts/{id}/mute', { params: { path: { id } }, ...asText }));

/** Plays what is stored to a rule; nobody is told of anything. The rule is an object, or YAML as text. */
export const testRule = (rule: unknown, from: string, to: string) =>
  answer<AlertRuleTested>(client.POST('/alerts/rules/test', { body: { rule, from, to }, ...asText }));
