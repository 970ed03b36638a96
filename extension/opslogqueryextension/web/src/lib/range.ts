// Ranges as the API takes them: "now", "now-1h", RFC 3339, or nanoseconds.

import { formatter, shown } from './zone';

export interface Range {
  from: string;
  to: string;
}

export const DEFAULT_RANGE: Range = { from: 'now-1h', to: 'now' };

export const PRESETS: readonly { from: string; label: string }[] = [
  { from: 'now-15m', label: 'Last 15 minutes' },
  { from: 'now-1h', label: 'Last hour' },
  { from: 'now-6h', label: 'Last 6 hours' },
  { from: 'now-24h', label: 'Last 24 hours' },
  { from: 'now-3d', label: 'Last 3 days' },
  { from: 'now-7d', label: 'Last 7 days' },
];

const UNIT_MS: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** The moment that a time parameter means, or null where it means none. */
export function resolveTime(text: string, now: Date): Date | null {
  if (text === 'now') return now;
  const relative = /^now-(\d{1,9})([smhdw])$/.exec(text);
  if (relative) return new Date(now.getTime() - Number(relative[1]) * (UNIT_MS[relative[2] ?? ''] ?? 0));
  const date = /^\d{13,}$/.test(text) ? new Date(Number(BigInt(text) / 1_000_000n)) : new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** A range that ends now moves on, so its list is refreshed. */
export function isLive(range: Range): boolean {
  return range.to === 'now';
}

const moment = formatter({
  day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});

export function rangeLabel(range: Range, now: Date): string {
  if (isLive(range)) {
    const preset = PRESETS.find((p) => p.from === range.from);
    if (preset) return preset.label;
  }
  const [from, to] = [resolveTime(range.from, now), resolveTime(range.to, now)];
  const end = isLive(range) ? 'now' : to ? moment.format(to) : range.to;
  return `${from ? moment.format(from) : range.from} – ${end}`;
}

/** The same range with its ends fixed, for a link that shows the same rows tomorrow. */
export function absoluteRange(range: Range, now: Date): Range {
  const fix = (text: string) => resolveTime(text, now)?.toISOString() ?? text;
  return { from: fix(range.from), to: fix(range.to) };
}

/** A date as the value of a datetime-local input, to the second. */
export function toLocalInput(date: Date): string {
  return shown(date).toISOString().slice(0, 19);
}
