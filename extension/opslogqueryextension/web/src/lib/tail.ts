// The rows of a live tail: the newest on top, a gap where some were missed.
import type { Operation } from '../api/types';

/** A stretch of time that operations were left out of. */
export interface Gap {
  gap: { from: string; to: string };
}

export type TailRow = Operation | Gap;

export const MOST_ROWS = 2_000;

export const isGap = (row: TailRow): row is Gap => 'gap' in row;

/** Puts what came on top, in the order it came; a later revision takes the place of what it revises. */
export function takeTail(rows: TailRow[], fresh: TailRow[]): TailRow[] {
  const revised = new Map(fresh.filter((row): row is Operation => !isGap(row)).map((op) => [op.operation_id, op]));
  const kept = rows.map((row) => {
    if (isGap(row)) return row;
    const next = revised.get(row.operation_id);
    if (!next) return row;
    revised.delete(row.operation_id);
    return next.revision >= row.revision ? next : row;
  });
  const added = fresh.filter((row) => isGap(row) || revised.delete(row.operation_id));
  return [...added.toReversed(), ...kept].slice(0, MOST_ROWS);
}
