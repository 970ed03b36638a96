import type { Operation } from '../../api/types';

/** The row to select next; from nothing, the first or the last. Stays where there is none. */
export function selectionAfter(rows: Operation[], selected: string | undefined, by: 1 | -1, errors: boolean): Operation | undefined {
  const at = rows.findIndex((op) => op.operation_id === selected);
  const start = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
  for (let i = start; i >= 0 && i < rows.length; i += by) {
    if (!errors || rows[i]?.status === 'error') return rows[i];
  }
  return rows[at];
}
