import { useSyncExternalStore } from 'react';
import { readPreference, writePreference } from '../lib/storage';
import { isUTC, setUTC } from '../lib/zone';

const listeners = new Set<() => void>();

/** Takes the zone of times from the address, which is not kept, or from what was chosen; to be called before the first paint. */
export function initZone(): void {
  setUTC((new URLSearchParams(location.search).get('tz') ?? readPreference('zone') ?? '').toUpperCase() === 'UTC');
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function choose(utc: boolean): void {
  setUTC(utc);
  writePreference('zone', utc ? 'UTC' : 'local');
  for (const listener of listeners) listener();
}

/** Whether times are shown in UTC, and the way to change that. */
export function useZone() {
  return { utc: useSyncExternalStore(subscribe, isUTC), choose };
}
