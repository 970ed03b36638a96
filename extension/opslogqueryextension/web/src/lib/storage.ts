// Preferences. Storage may be denied or full; then they last as long as the page.

const memory = new Map<string, string>();

export function readPreference(key: string): string | null {
  try {
    return localStorage.getItem(`opslog.${key}`) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

export function writePreference(key: string, value: string): void {
  memory.set(key, value);
  try {
    localStorage.setItem(`opslog.${key}`, value);
  } catch {
    // kept in memory
  }
}
