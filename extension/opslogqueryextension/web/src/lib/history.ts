import { readPreference, writePreference } from './storage';

const KEPT = 30;

/** Queries that were run, the last one first. */
export function recallQueries(): string[] {
  try {
    const list: unknown = JSON.parse(readPreference('queries') ?? '[]');
    return Array.isArray(list) ? list.filter((q) => typeof q === 'string') : [];
  } catch {
    return [];
  }
}

export function rememberQuery(query: string): void {
  if (query === '') return;
  writePreference('queries', JSON.stringify([query, ...recallQueries().filter((q) => q !== query)].slice(0, KEPT)));
}
