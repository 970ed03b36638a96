import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { facetsQuery } from '../../api/explore';
import type { ListFilter } from '../../api/queries';
import type { Facet } from '../../api/types';
import button from '../../components/Button.module.css';
import { ServiceDot } from '../../components/ServiceName';
import { cx } from '../../lib/cx';
import { formatCount } from '../../lib/number';
import { selectedValues } from '../../lib/queryText';
import { clip } from '../../lib/text';
import css from './Facets.module.css';

const TITLES: Record<string, string> = { env: 'Environment', 'http.status': 'Status code', 'error.type': 'Error', kind: 'Kind', transport: 'Protocol', endpoint: 'Endpoint' };
const FEW = 5;

/** Without the values that stand for none. */
const known = (facet: Facet): Facet => ({ ...facet, values: facet.values.filter((v) => v.value !== null && v.value !== '' && !(facet.name === 'http.status' && v.value === 0)) });
const EVERY_MS = 15_000;

interface Props {
  filter: ListFilter;
  query: string;
  live: boolean;
  onToggle: (field: string, value: unknown) => void;
  onClose: () => void;
}

/** How often each value occurs among the rows. A click writes the value into the query, another takes it out. */
export function Facets({ filter, query, live, onToggle, onClose }: Props) {
  const facets = useQuery({ ...facetsQuery(filter), placeholderData: keepPreviousData, refetchInterval: live ? EVERY_MS : false });
  const fields = (facets.data?.fields ?? []).map(known).filter((f) => f.values.length > 0);
  return (
    <aside className={cx(css.panel, facets.isPlaceholderData && css.stale)} aria-label="Filters" data-testid="facets">
      <button type="button" className={cx(button.bare, css.close)} aria-label="Close the filters" onClick={onClose}><X size={15} aria-hidden /></button>
      {fields.map((facet) => <Values key={facet.name} facet={facet} chosen={selectedValues(query, facet.name)} onToggle={onToggle} />)}
    </aside>
  );
}

function Values({ facet, chosen, onToggle }: { facet: Facet; chosen: string[]; onToggle: Props['onToggle'] }) {
  const [all, setAll] = useState(false);
  const { name, values, other } = facet;
  const most = values.reduce((max, v) => Math.max(max, v.count), 1);
  const shown = values.filter((v, i) => all || i < FEW || chosen.includes(String(v.value)));
  const gone = chosen.filter((value) => !values.some((v) => String(v.value) === value)).map((value) => ({ value, count: 0 }));
  return (
    <fieldset className={css.facet} data-field={name}>
      <legend>{TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1)}</legend>
      {[...shown, ...gone].map(({ value, count }) => {
        const text = String(value);
        const bad = (name === 'status' && text === 'error') || name === 'error.type';
        return (
          <label key={text} className={css.value} title={clip(text, 1000)}>
            <input type="checkbox" checked={chosen.includes(text)} onChange={() => onToggle(name, value)} />
            {name === 'service' && <ServiceDot name={text} />}
            <bdi className={cx(css.text, bad && css.bad)}>{clip(text, 60)}</bdi>
            <span className={css.count}>{formatCount(count)}</span>
            <span className={css.share} style={{ width: `${(100 * count) / most}%` }} aria-hidden />
          </label>
        );
      })}
      {(values.length > FEW || other > 0) && (
        <button type="button" className={css.more} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${values.length > FEW ? `${values.length - FEW} more` : ''}${other > 0 ? `${values.length > FEW ? ', ' : ''}${formatCount(other)} other` : ''}`}
        </button>
      )}
    </fieldset>
  );
}
