import type { Attributes } from '../api/types';
import { valueText } from '../lib/json';
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
}

export function AttributeTable({ attributes, label, filter = '', empty = 'None' }: Props) {
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
            <td><Value value={value} /></td>
            <td className={css.actions}><CopyButton text={() => valueText(value)} label={`Copy ${key}`} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
