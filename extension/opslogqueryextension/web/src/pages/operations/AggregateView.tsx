import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/errors';
import { aggregateQuery } from '../../api/explore';
import type { ListFilter } from '../../api/queries';
import type { Rows } from '../../api/types';
import { ProblemPanel } from '../../components/ProblemPanel';
import { Notice, Skeleton } from '../../components/States';
import { cx } from '../../lib/cx';
import { formatValue, seriesOf } from '../../lib/series';
import css from './AggregateView.module.css';
import { LineChart } from './LineChart';

interface Props {
  filter: ListFilter;
  shape: 'series' | 'table';
  onView: (view: string) => void;
  /** Only the rows of one group. */
  onGroup: (pairs: (readonly [field: string, value: unknown])[]) => void;
}

const NOT_A_FIELD = new Set(['time', 'period', 'version_group']);

/** What a query with an aggregate sums up to: lines over time, and the numbers in a table. */
export function AggregateView({ filter, shape, onView, onGroup }: Props) {
  const result = useQuery({ ...aggregateQuery(filter, 'table'), placeholderData: keepPreviousData });
  if (result.error instanceof ApiError) return <ProblemPanel problem={result.error.problem} query={filter.q ?? ''} />;
  if (result.error) return <Notice>{result.error.message}</Notice>;
  if (!result.data) return <Skeleton rows={10} height={34} />;
  const { columns, rows, more, partial } = result.data;
  const timed = columns.some((c) => c.type === 'time');
  return (
    <div className={css.view} data-testid="aggregate">
      {partial && <Notice>Summed up in part only.</Notice>}
      {timed && (
        <div className={css.views} role="group" aria-label="View">
          {['series', 'table'].map((view) => <button key={view} type="button" aria-pressed={shape === view} onClick={() => onView(view)}>{view === 'series' ? 'Chart' : 'Table'}</button>)}
        </div>
      )}
      {timed && shape === 'series' && <div className={css.charts}>{seriesOf(result.data).map((chart) => <LineChart key={chart.name} chart={chart} />)}</div>}
      <Table columns={columns} rows={rows ?? []} onGroup={onGroup} />
      {more && <p className={css.more}>There are more groups than are shown; add a limit or a condition.</p>}
    </div>
  );
}

function Table({ columns, rows, onGroup }: Pick<Rows, 'columns'> & { rows: unknown[][]; onGroup: Props['onGroup'] }) {
  if (rows.length === 0) return <p className={css.more}>Nothing to sum up in this range.</p>;
  const open = (row: unknown[]) => onGroup(columns.flatMap((c, i) => (c.group && c.type !== 'time' && !NOT_A_FIELD.has(c.name) && row[i] !== null ? [[c.name, row[i]] as const] : [])));
  return (
    <div className={css.wrap} tabIndex={0} role="group" aria-label="Numbers">
      <table className={css.table}>
        <thead><tr>{columns.map((c) => <th key={c.name} className={cx(!c.group && css.number)}>{c.name}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r} onClick={() => open(row)}>
              {columns.map((c, i) => <td key={c.name} className={cx(!c.group && css.number)}><bdi>{formatValue(row[i], c)}</bdi></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
