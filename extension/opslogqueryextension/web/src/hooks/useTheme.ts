import { useSyncExternalStore } from 'react';
import { readPreference, writePreference } from '../lib/storage';

export type Theme = 'system' | 'light' | 'dark';

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const listeners = new Set<() => void>();
const system = () => window.matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
  const value = readPreference('theme');
  return value === 'light' || value === 'dark' ? value : 'system';
}

let current: Theme = stored();

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Puts the stored theme on the page; to be called before the first paint. */
export function initTheme(): void {
  const asked = new URLSearchParams(location.search).get('theme'); // of a page that embeds this one; it is not kept
  current = asked === 'light' || asked === 'dark' ? asked : stored();
  show(current);
}

function subscribe(listener: () => void): () => void {
  const query = system();
  listeners.add(listener);
  query.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    query.removeEventListener('change', listener);
  };
}

function setTheme(theme: Theme): void {
  current = theme;
  show(theme);
  writePreference('theme', theme);
  for (const listener of listeners) listener();
}

/** What was chosen, what is shown, and the way to the next choice. */
export function useTheme() {
  const theme = useSyncExternalStore(subscribe, () => current);
  const dark = useSyncExternalStore(subscribe, () => (current === 'system' ? system().matches : current === 'dark'));
  return { theme, dark, next: NEXT[theme], setTheme };
}
