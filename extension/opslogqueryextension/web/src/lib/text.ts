/** Cuts text for a place that shows one line; the whole of it is a click away. */
export function clip(text: string, max = 300): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

/** The URL to link to, or null: only http and https are ever linked. */
export function linkTarget(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || text.length > 2_048) return null;
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A cell of an answer as text; nothing for null. */
export function cellText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

/** An id in short: 4bf92f35…0e4736. */
export function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id;
}

/** "n_plus_one" -> "N plus one" */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
