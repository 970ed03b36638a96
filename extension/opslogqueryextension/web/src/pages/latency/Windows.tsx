import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { rowsQuery } from '../../api/pages';
import { Answered } from '../../components/Answered';
import { Select } from '../../components/Select';
import { WINDOW_STAGE, fromWindows } from '../../lib/compare';
import { endsOf } from '../../lib/pageSearch';
import { addTerm, quote } from '../../lib/queryText';
import { rangeLabel } from '../../lib/range';
import { ComparedTable } from './ComparedTable';
import css from './Latency.module.css';
import { FIELDS, type ViewProps, useInvalid } from './props';

const BACK = [['', 'the time right before'], ['1h', 'an hour earlier'], ['1d', 'a day earlier'], ['7d', 'a week earlier']] as const;
const BACK_MS: Record<string, number> = { '1h': 36e5, '1d': 864e5, '7d': 6048e5 };

/** The range against one as long before it. */
export function Windows({ filter, search, onChange, onInvalid }: ViewProps) {
  const { by = 'name', back = '' } = search;
  // Both ends rest on whole seconds, so that asking again is asking the same.
  const [from, to] = endsOf(filter, new Date()).map((ms) => Math.floor(ms / 1e4) * 1e4) as [number, number];
  const shift = BACK_MS[back] ?? to - from;
  const window = (by: number) => ({ from: new Date(from - by).toISOString(), to: new Date(to - by).toISOString() });
  const condition = filter.service ? addTerm(filter.q ?? '', `service = ${quote(filter.service)}`) : (filter.q ?? '');
  const q = `${condition} ${WINDOW_STAGE} ${by}`.trim();
  const before = useQuery({ ...rowsQuery(q, window(shift)), placeholderData: keepPreviousData });
  const after = useQuery({ ...rowsQuery(q, window(0)), placeholderData: keepPreviousData });
  useInvalid(after.error, onInvalid);
  return (
    <>
      <div className={css.bar}>
        <Select label="With" value={back} options={BACK} onChange={(value) => onChange({ back: value })} />
        <Select label="Rows" value={by} options={FIELDS.map(([v, text]) => [v, `by ${text}`] as const)} onChange={(value) => onChange({ by: value })} />
      </div>
      <Answered result={after} name="The window" query={q}>
        {(rows) => <Answered result={before} name="The window before">{(old) => <ComparedTable rows={fromWindows(old, rows)} a={rangeLabel(window(shift), new Date())} b={rangeLabel(window(0), new Date())} by={by} search={search} />}</Answered>}
      </Answered>
    </>
  );
}
