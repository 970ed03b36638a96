import { CloudOff, SearchX } from 'lucide-react';
import type { ListFilter } from '../../api/queries';
import button from '../../components/Button.module.css';
import { Skeleton, State } from '../../components/States';
import { useDelayed } from '../../hooks/useDelayed';
import { useClauseCounts } from '../../hooks/useClauseCounts';
import { formatCount } from '../../lib/number';
import { isLive, rangeLabel } from '../../lib/range';
import type { ListSearch } from '../../lib/search';
import css from './ListStates.module.css';

interface Props {
  loading: boolean;
  error: Error | null;
  empty: boolean;
  search: ListSearch;
  filter: ListFilter;
  onChange: (part: ListSearch) => void;
  onRetry: () => void;
}

/** What stands in the list's place while it has no rows. */
export function ListStates({ loading, error, empty, search, filter, onChange, onRetry }: Props) {
  const late = useDelayed(loading);
  if (loading) return late ? <Skeleton rows={16} height={36} /> : null;
  if (error) {
    return (
      <State icon={CloudOff} title="The operations could not be read" tone="error" testId="list-error">
        <p>{error.message}</p>
        <button type="button" className={button.button} onClick={onRetry}>Try again</button>
      </State>
    );
  }
  return empty ? <NoMatch search={search} filter={filter} onChange={onChange} /> : null;
}

function NoMatch({ search, filter, onChange }: Pick<Props, 'search' | 'filter' | 'onChange'>) {
  const { q = '', service, status, kind } = search;
  const counts = useClauseCounts(q, filter);
  const clauses = [...counts.map(({ term, count }) => <code key={term}>{term}{count === null ? '' : `: ${formatCount(count)}`}</code>), ...Object.entries({ service, status, kind }).map(([name, value]) => value && <code key={name}>{name} = {value}</code>)].filter(Boolean);
  return (
    <State icon={SearchX} title={clauses.length > 0 ? 'No operation matches' : 'No operations in this range'} testId="no-match">
      {clauses.length > 0 && <p className={css.clauses}>{clauses}</p>}
      <p>{rangeLabel(filter, new Date())}</p>
      <p className={css.actions}>
        {clauses.length > 0 && <button type="button" className={button.button} onClick={() => onChange({ q: '', service: '', status: '', kind: '' })}>Clear the filters</button>}
        {isLive(filter) && filter.from !== 'now-24h' && <button type="button" className={button.button} onClick={() => onChange({ from: 'now-24h', to: 'now' })}>Look at the last 24 hours</button>}
        {filter.from !== 'now-7d' && <button type="button" className={button.button} onClick={() => onChange({ from: 'now-7d', to: 'now' })}>Last 7 days</button>}
      </p>
    </State>
  );
}
