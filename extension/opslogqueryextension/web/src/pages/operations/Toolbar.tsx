import { useNavigate } from '@tanstack/react-router';
import { Columns3, Filter, GitCompare, Radio, Share2, X } from 'lucide-react';
import { type ListFilter } from '../../api/queries';
import button from '../../components/Button.module.css';
import { Popover } from '../../components/Popover';
import { cx } from '../../lib/cx';
import { formatCount } from '../../lib/number';
import { addTerm, conditionsOf, removeTerm } from '../../lib/queryText';
import type { ListSearch } from '../../lib/search';
import { ColumnChooser } from './ColumnChooser';
import { SavedMenu } from './SavedMenu';
import { ScopeSwitch } from './ScopeSwitch';
import { ShareMenu } from './ShareMenu';
import css from './Toolbar.module.css';
import { useHiddenChecks } from './useHiddenChecks';
import type { Column } from './columns';

/** What nothing called: where a trace began. */
const ROOTS = 'parent IS NULL';

/** What people ask first. */
export const PRESETS: readonly { label: string; part: ListSearch }[] = [
  { label: 'All', part: { q: '', sort: '' } },
  { label: 'Errors', part: { q: 'status = error', sort: '' } },
  { label: 'New errors', part: { q: 'error.new = true', sort: '' } },
  { label: 'Slowest', part: { q: '', sort: 'duration:desc' } },
  { label: 'Most time', part: { q: '| sum(duration), count(), p95(duration), error_rate() by service, name | sort sum(duration) desc | limit 100', sort: '' } },
  { label: 'Over time', part: { q: '| p50(duration), p95(duration), count() by auto', sort: '' } },
  { label: 'Commands', part: { q: 'kind = command', sort: '' } },
];

interface Props {
  search: ListSearch;
  filter: ListFilter;
  columns: Column[];
  list: boolean;
  facets: boolean;
  marked: ReadonlySet<string>;
  onFacets: () => void;
  onChange: (part: ListSearch) => void;
}

export function Toolbar({ search, filter, columns, list, facets, marked, onFacets, onChange }: Props) {
  const { q = '', sort = '', live, health, service, status, kind } = search;
  const navigate = useNavigate();
  const hidden = useHiddenChecks(filter, health === 'show');
  const roots = conditionsOf(q).includes(ROOTS);
  const [first, second] = [...marked];
  const compare = () => void navigate({ to: '/operations/$operationId', params: { operationId: first as string }, search: { tab: 'compare', with: second as string }, state: { list: search } });
  return (
    <div className={css.bar}>
      <ScopeSwitch search={search} />
      <button type="button" className={button.button} aria-pressed={facets} onClick={onFacets} data-testid="show-facets"><Filter size={14} aria-hidden /><span className={css.wide}>Filters</span></button>
      <div className={css.chips} role="group" aria-label="Presets">
        {PRESETS.map(({ label, part }) => (
          <button key={label} type="button" className={css.chip} aria-pressed={part.q === q && part.sort === sort} onClick={() => onChange(part)}>{label}</button>
        ))}
      </div>
      {Object.entries({ service, status, kind }).map(([name, value]) => value && (
        <button key={name} type="button" className={cx(css.chip, css.param)} onClick={() => onChange({ [name]: '' })} title="Take this filter away"><bdi>{name} = {value}</bdi><X size={12} aria-hidden /></button>
      ))}
      <label className={css.check}><input type="checkbox" checked={health !== 'show'} onChange={() => onChange({ health: health === 'show' ? '' : 'show' })} />hide health checks{hidden > 0 && <span className={css.count}>({formatCount(hidden)})</span>}</label>
      <label className={css.check} title="Only operations that nothing called"><input type="checkbox" checked={roots} onChange={() => onChange({ q: roots ? removeTerm(q, ROOTS) : addTerm(q, ROOTS) })} />trace roots only</label>
      <span className={css.tools}>
        {second && <button type="button" className={button.button} onClick={compare} data-testid="compare-marked"><GitCompare size={14} aria-hidden />Compare the two</button>}
        <button type="button" className={cx(button.button, live && css.on)} aria-pressed={Boolean(live)} onClick={() => onChange({ live: live ? '' : '1', sort: '' })} data-testid="live" title="Show operations as they end">
          <Radio size={14} aria-hidden /><span className={css.wide}>Live</span>
        </button>
        <SavedMenu search={search} onChange={onChange} />
        {list && <Popover label="Columns" icon={Columns3} testId="columns">{() => <ColumnChooser columns={columns} filter={filter} onChange={(cols) => onChange({ cols })} onReset={() => onChange({ cols: '', widths: '' })} />}</Popover>}
        <Popover label="Share" icon={Share2} testId="share">{() => <ShareMenu filter={filter} query={q} />}</Popover>
      </span>
    </div>
  );
}
