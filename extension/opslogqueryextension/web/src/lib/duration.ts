// Durations are integer nanoseconds.

type Unit = readonly [size: number, limit: number, name: string];

const NANOSECOND: Unit = [1, 1_000, 'ns'];
const UNITS: readonly Unit[] = [
  NANOSECOND,
  [1_000, 1_000, 'µs'],
  [1_000_000, 1_000, 'ms'],
  [1_000_000_000, 60, 's'],
];

/** Digits that are worth reading: three for seconds, two below ten of anything else, none above. */
function decimals(value: number, unit: string): number {
  if (unit === 'ns') return 0;
  if (unit === 's') return value < 10 ? 3 : 1;
  return value < 10 ? 2 : 0;
}

/** A moment on an axis whose marks are step apart: as many digits as tell one mark from the next. */
export function formatTick(ns: number, step: number): string {
  if (ns === 0) return '0';
  const [size, , name] = UNITS.findLast(([unit]) => ns >= unit) ?? NANOSECOND;
  const digits = Math.max(0, Math.ceil(Math.log10(size / step)));
  return `${Number((ns / size).toFixed(Math.min(digits, 9)))} ${name}`;
}

function pair(seconds: number, big: number, small: number, names: [string, string]): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${names[0]}${rest > 0 ? ` ${rest} ${names[1]}` : ''}`;
}

/** A duration for people: 850 ns, 12 ms, 1.204 s, 4 m 2 s, 3 h 12 m, 2 d 4 h. */
export function formatDuration(ns: number): string {
  if (!Number.isFinite(ns)) return '–';
  if (ns === 0) return '0';
  if (ns < 0) return `-${formatDuration(-ns)}`;
  for (const [size, limit, name] of UNITS) {
    const value = ns / size;
    const rounded = Number(value.toFixed(decimals(value, name)));
    if (rounded < limit) return `${rounded} ${name}`;
  }
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3_600) return pair(seconds, 60, 1, ['m', 's']);
  if (seconds < 86_400) return pair(seconds, 3_600, 60, ['h', 'm']);
  return pair(seconds, 86_400, 3_600, ['d', 'h']);
}
