import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { fieldsQuery } from '../../api/explore';
import type { ListFilter } from '../../api/queries';
import button from '../../components/Button.module.css';
import css from './ColumnChooser.module.css';
import { COLUMNS, type Column, USUAL } from './columns';

interface Props {
  columns: Column[];
  filter: ListFilter;
  onChange: (cols: string) => void;
  onReset: () => void;
}

/** Which columns there are, and in which order. Any field of the query language can be one. */
export function ColumnChooser({ columns, filter: { from, to }, onChange, onReset }: Props) {
  const [name, setName] = useState('');
  const fields = useQuery(fieldsQuery({ from, to })).data?.items ?? [];
  const ids = columns.map((column) => column.id);
  const put = (next: string[]) => onChange(next.join() === USUAL.join() ? '' : next.join(','));
  const move = (at: number, by: number) => {
    const next = [...ids];
    const [id] = next.splice(at, 1);
    if (id) next.splice(at + by, 0, id);
    put(next);
  };
  const add = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim()) put([...new Set([...ids, name.trim()])]);
    setName('');
  };
  return (
    <div className={css.chooser}>
      <ul>
        {columns.map((column, i) => (
          <li key={column.id}>
            <bdi>{column.label}</bdi>
            <button type="button" className={button.bare} disabled={i === 0} aria-label={`${column.label} further left`} onClick={() => move(i, -1)}><ArrowUp size={13} aria-hidden /></button>
            <button type="button" className={button.bare} disabled={i === columns.length - 1} aria-label={`${column.label} further right`} onClick={() => move(i, 1)}><ArrowDown size={13} aria-hidden /></button>
            <button type="button" className={button.bare} disabled={columns.length === 1} aria-label={`Hide ${column.label}`} onClick={() => put(ids.filter((id) => id !== column.id))}><X size={13} aria-hidden /></button>
          </li>
        ))}
      </ul>
      <div className={css.more}>
        {COLUMNS.filter((column) => !ids.includes(column.id)).map((column) => <button key={column.id} type="button" onClick={() => put([...ids, column.id])}>+ {column.label}</button>)}
      </div>
      <form onSubmit={add}>
        <input value={name} onChange={(event) => setName(event.target.value)} list="fields" placeholder="any field or attribute" aria-label="Field for a new column" />
        <datalist id="fields">{fields.slice(0, 200).map((field) => <option key={field.name} value={field.name} />)}</datalist>
        <button type="submit" className={button.button}>Add</button>
      </form>
      <button type="button" className={button.link} onClick={onReset}>Back to the usual ones</button>
    </div>
  );
}
