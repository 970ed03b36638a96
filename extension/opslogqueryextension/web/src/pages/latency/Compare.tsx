import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { GitCompareArrows } from 'lucide-react';
import { compareQuery } from '../../api/pages';
import { facetQuery } from '../../api/facet';
import { Answered } from '../../components/Answered';
import { Select } from '../../components/Select';
import { State } from '../../components/States';
import { fromServer } from '../../lib/compare';
import { formatCount } from '../../lib/number';
import { clip } from '../../lib/text';
import { ComparedTable } from './ComparedTable';
import css from './Latency.module.css';
import { FIELDS, type ViewProps, useInvalid } from './props';

/** Two values of a field, two versions by itself, against each other: operation by operation. */
export function Compare({ filter, search, onChange, onInvalid }: ViewProps) {
  const { field = 'version', a, b, by = 'name' } = search;
  const facet = useQuery(facetQuery(filter, field, 50));
  const values = facet.data?.fields[0]?.values ?? [];
  const result = useQuery({ ...compareQuery(filter, { field, ...(a && b && { a, b }), by }), placeholderData: keepPreviousData, enabled: values.length > 1 || Boolean(a && b) });
  useInvalid(facet.error ?? result.error, onInvalid);
  const side = (label: string, value: string | undefined, set: (v: string) => void) => (
    <Select label={label} value={value ?? ''} options={[['', `${label}: by itself`], ...values.map((v) => [String(v.value), `${clip(String(v.value), 40)} (${formatCount(v.count)})`] as const)]} onChange={set} />
  );
  const [shownA, shownB] = [a ?? result.data?.a, b ?? result.data?.b];
  return (
    <>
      <div className={css.bar}>
        <Select label="Compare" value={field} options={FIELDS.filter(([v]) => v !== 'name')} onChange={(value) => onChange({ field: value, a: '', b: '' })} />
        {side('A', shownA, (v) => onChange({ a: v, b: v && (shownB ?? '') }))}
        {side('B', shownB, (v) => onChange({ b: v, a: v && (shownA ?? '') }))}
        <Select label="Rows" value={by} options={FIELDS.map(([v, text]) => [v, `by ${text}`] as const)} onChange={(value) => onChange({ by: value })} />
      </div>
      {facet.error ? <Answered result={facet} name="The values" query={search.q} onFix={(q) => onChange({ q })}>{() => null}</Answered> : facet.isSuccess && values.length < 2 && !(a && b) ? (
        <State icon={GitCompareArrows} title="There is nothing to compare with" testId="compare-empty">
          <p>{values[0] ? <>All operations of the range are of <bdi>{clip(String(values[0].value), 60)}</bdi>.</> : 'No operation of the range says its value.'} A longer range may hold another, or compare two windows of time.</p>
        </State>
      ) : (
        <Answered result={result} name="The comparison" query={search.q} onFix={(q) => onChange({ q })}>
          {(data) => <ComparedTable rows={fromServer(data)} a={data.a} b={data.b} by={by} search={search} field={data.field} />}
        </Answered>
      )}
    </>
  );
}
