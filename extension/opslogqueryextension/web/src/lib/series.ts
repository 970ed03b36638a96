// Rows of an aggregate as charts: one for each number, with a line for each group.
import type { Rows } from '../api/types';
import { formatDuration } from './duration';
import { valueText } from './json';
import { formatCount, formatShare } from './number';
import { formatMoment } from './time';

type Column = Rows['columns'][number];

export interface Line {
  label: string;
  points: (readonly [t: number, value: number])[];
}

export interface Chart {
  name: string;
  column: Column;
  lines: Line[];
}

/** One value of an answer, with its unit. */
export function formatValue(value: unknown, { type, name, unit }: Column): string {
  if (value === null || value === undefined) return '–';
  if (type === 'time') return formatMoment(valueText(value), new Date());
  if (typeof value === 'number') {
    if (type === 'duration' || unit === 'ns') return formatDuration(value);
    if (name.startsWith('error_rate')) return formatShare(value);
    return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
  }
  return valueText(value);
}

export const MOST_LINES = 12;

/** Charts of an answer that has a column of times, in milliseconds; the biggest lines first. */
export function seriesOf({ columns, rows }: Rows): Chart[] {
  const time = columns.findIndex((c) => c.type === 'time');
  const groups = columns.flatMap((c, i) => (c.group && i !== time ? [i] : []));
  return columns.flatMap((column, at) => {
    if (column.group) return [];
    const lines = new Map<string, Line>();
    for (const row of rows ?? []) {
      const label = groups.map((g) => formatValue(row[g], columns[g] as Column)).join(' · ') || column.name;
      const value = row[at];
      if (typeof value !== 'number') continue;
      const point = [Number(BigInt(String(row[time])) / 1_000_000n), value] as const;
      if (!lines.get(label)?.points.push(point)) lines.set(label, { label, points: [point] });
    }
    const sum = (line: Line) => line.points.reduce((n, [, v]) => n + v, 0);
    const sorted = [...lines.values()].sort((a, b) => sum(b) - sum(a)).slice(0, MOST_LINES);
    for (const line of sorted) line.points.sort(([a], [b]) => a - b);
    return [{ name: column.name, column, lines: sorted }];
  });
}
