// Absolute times are nanoseconds since the Unix epoch as decimal strings, which a number cannot hold: they are
// handled as BigInt until the difference between two of them is taken.

import { formatter, shown } from './zone';

const MS = 1_000_000n;

export function toDate(ns: string): Date {
  return new Date(Number(BigInt(ns) / MS));
}

/** b - a in nanoseconds; exact as long as the two are less than 104 days apart. */
export function between(a: string, b: string): number {
  return Number(BigInt(b) - BigInt(a));
}

/** Orders two times. Those after 1970 are compared as text, which is much faster. */
export function compareNs(a: string, b: string): number {
  if (a === b) return 0;
  if (a.startsWith('-') || b.startsWith('-')) return BigInt(a) < BigInt(b) ? -1 : 1;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

const clock = formatter({
  hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23',
});
const day = formatter({ day: 'numeric', month: 'short' });
const year = formatter({ day: 'numeric', month: 'short', year: 'numeric' });

/** The time of day: 10:02:11.482. */
export function formatClock(ns: string): string {
  return clock.format(toDate(ns));
}

/** The day, where it is not today: 20 Nov, or 20 Nov 2025. */
export function formatDay(ns: string, now: Date): string {
  const [date, here, today] = [toDate(ns), shown(toDate(ns)).toISOString(), shown(now).toISOString()];
  if (here.slice(0, 10) === today.slice(0, 10)) return '';
  return (here.slice(0, 4) === today.slice(0, 4) ? day : year).format(date);
}

/** Day and time of day in one string. */
export function formatMoment(ns: string, now: Date): string {
  return [formatDay(ns, now), formatClock(ns)].filter(Boolean).join(' ');
}

/** RFC 3339 in UTC with all nine digits. */
export function isoNs(ns: string): string {
  const value = BigInt(ns);
  const rest = ((value % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const seconds = new Date(Number((value - rest) / MS)).toISOString().slice(0, 19);
  return `${seconds}.${rest.toString().padStart(9, '0')}Z`;
}

/** How long ago, roughly: 4 s ago, 3 m ago, 2 h ago, 5 d ago. */
export function formatAgo(ns: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - toDate(ns).getTime()) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
