import { Link } from '@tanstack/react-router';
import { Equal, EqualNot } from 'lucide-react';
import type { Attributes } from '../api/types';
import { valueText } from '../lib/json';
import { quote } from '../lib/queryText';
import { countHidden } from '../lib/redaction';
import css from './AttributeTable.module.css';
import { CopyButton } from './CopyButton';
import { Value } from './Value';

interface Props {
  attributes: Attributes | undefined;
  /** What the table holds, for screen readers. */
  label: string;
  /** Show only rows whose name or value has this text. */
  filter?: string;
  empty?: string;
  /** How a query names an attribute of this table; absent where none can. */
  condition?: (key: string, value: string) => string;
}

/** Of the operation itself, of its resource, and of any span under it. */
export const CONDITIONS = {
  operation: (key: string, value: string) => `attr.${key} = ${value}`,
  resource: (key: string, value: string) => `resource.${key} = ${value}`,
  span: (key: string, value: string) => `any(span.${key} = ${value})`,
};

export function AttributeTable({ attributes, label, filter = '', empty = 'None', condition }: Props) {
  const wanted = filter.toLowerCase();
  const rows = Object.entries(attributes ?? {})
    .filter(([key, value]) => `${key}\n${valueText(value)}`.toLowerCase().includes(wanted))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return <p className={css.empty}>{filter ? 'No match' : empty}</p>;
  return (
    <table className={css.table} aria-label={label}>
      <tbody>
        {rows.map(([key, value]) => (
          <tr key={key}>
            <th scope="row"><bdi>{key}</bdi></th>
            <td><Value value={value} name={key} /></td>
            <td className={css.actions}>
              {condition && canAsk(key, value) && <Ask text={condition(key, quote(value))} />}
              <CopyButton text={() => valueText(value)} label={`Copy ${key}`} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LONGEST = 200; // letters of a value that somebody would ask for

function canAsk(key: string, value: unknown): boolean {
  if (!/^[A-Za-z][\w.-]*$/.test(key) || typeof value === 'object' || value === '') return false;
  const text = valueText(value);
  return text.length <= LONGEST && countHidden(text) === 0;
}

/** To the operations with the value, and to those without. */
function Ask({ text }: { text: string }) {
  return (
    <>
      <Link to="/operations" search={{ q: text }} title={`Operations with ${text}`} aria-label={`Operations with ${text}`}><Equal size={13} aria-hidden /></Link>
      <Link to="/operations" search={{ q: `NOT ${text}` }} title={`Operations without ${text}`} aria-label={`Operations without ${text}`}><EqualNot size={13} aria-hidden /></Link>
    </>
  );
}
