import type { ReactNode } from 'react';
import { cx } from '../lib/cx';
import css from './Table.module.css';

export interface Column<T> {
  name: string;
  /** Numbers stand at the right. */
  number?: boolean;
  /** Its name is not written above it. */
  bare?: boolean;
  /** Left out where the screen is small. */
  wide?: boolean;
  /** The column that says what the row is. */
  head?: boolean;
  cell: (row: T, index: number) => ReactNode;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T, index: number) => string;
  selected?: string | undefined;
  testId?: string;
  empty?: string;
}

/** Rows with columns. On a small screen each row becomes a block of lines with the columns' names. */
export function Table<T>({ label, columns, rows, rowKey, selected, testId, empty = 'Nothing' }: Props<T>) {
  if (rows.length === 0) return <p className={css.none}>{empty}</p>;
  return (
    <div className={css.wrap}>
      <table className={css.table} aria-label={label}>
        <thead><tr>{columns.map((c) => <th key={c.name} scope="col" className={cx(c.number && css.number, c.wide && css.wide)}>{c.bare ? <span className="visually-hidden">{c.name}</span> : c.name}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, i) => {
            const key = rowKey(row, i);
            return (
              <tr key={key} id={`row-${key}`} className={cx(key === selected && css.selected)} aria-current={key === selected ? 'true' : undefined} data-testid={testId}>
                {columns.map((c) => {
                  const Cell = c.head ? 'th' : 'td';
                  return <Cell key={c.name} {...(c.head && { scope: 'row' })} data-label={c.name} className={cx(c.number && css.number, c.wide && css.wide, c.head && css.head)}>{c.cell(row, i)}</Cell>;
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
