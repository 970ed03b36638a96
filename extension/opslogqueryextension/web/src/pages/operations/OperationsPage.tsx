import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, lazy, useEffect, useMemo, useState } from 'react';
import { ApiError } from '../../api/errors';
import { checkQuery } from '../../api/explore';
import type { Problem } from '../../api/types';
import { ProblemPanel } from '../../components/ProblemPanel';
import { QueryBar } from '../../components/QueryBar';
import { RangePicker } from '../../components/RangePicker';
import { Notice, Skeleton } from '../../components/States';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import { useStatus } from '../../hooks/useStatus';
import { countedFilter, matchedFields, shapeOf, toFilter } from '../../lib/listQuery';
import { addTerm, quote, toggleValue } from '../../lib/queryText';
import { isLive } from '../../lib/range';
import type { ListSearch } from '../../lib/search';
import { readPreference, writePreference } from '../../lib/storage';
import { formatMoment } from '../../lib/time';
import { Facets } from './Facets';
import { Histogram } from './Histogram';
import { ListView } from './ListView';
import css from './OperationsPage.module.css';
import { Toolbar } from './Toolbar';
import { columnsOf, fieldsOf } from './columns';

const SpansView = lazy(() => import('./SpansView').then((m) => ({ default: m.SpansView })));
const AggregateView = lazy(() => import('./AggregateView').then((m) => ({ default: m.AggregateView })));

const NONE: ReadonlySet<string> = new Set();

/** What is stored, as rows: operations, or with scope=spans the kept spans of all traces. */
export function OperationsPage() {
  const search = useSearch({ from: '/operations' });
  if (search.scope === 'spans') return <Suspense fallback={<Skeleton rows={16} height={36} />}><SpansView search={search} /></Suspense>;
  return <OperationsView search={search} />;
}

/** The list of operations, and what a query makes of them: everything it shows is in the URL. */
function OperationsView({ search }: { search: ListSearch }) {
  const navigate = useNavigate({ from: '/operations' });
  const { q = '', from, to, service, status, kind, sort, cols, health, live } = search;
  const wide = useMediaQuery('(min-width: 901px)');
  const [facets, setFacets] = useState(() => wide && readPreference('facets') !== 'closed');
  const [marked, setMarked] = useState(NONE);
  const [partial, setPartial] = useState<string | null>(null);

  const check = useQuery({ ...checkQuery(q), enabled: q !== '', placeholderData: keepPreviousData });
  const diagnosis = q === '' ? undefined : check.data;
  const settled = q === '' || !check.isPending;
  const shape = shapeOf(diagnosis, search.view);
  const columns = useMemo(() => columnsOf(cols, matchedFields(diagnosis?.ast)), [cols, diagnosis]);
  const fields = fieldsOf(columns).join();
  const filter = useMemo(() => toFilter({ q, ...(from && { from }), ...(to && { to }), ...(service && { service }), ...(status && { status }), ...(kind && { kind }), ...(sort && { sort }), ...(health && { health }) }, fields ? fields.split(',') : []),
    [q, from, to, service, status, kind, sort, health, fields]);
  const counted = useMemo(() => countedFilter(filter), [filter]);

  useEffect(() => {
    document.title = q ? `${q} · opslog` : 'Operations · opslog';
  }, [q]);

  const change = (part: ListSearch) => void navigate({ search: (before) => ({ ...before, sel: undefined, ...part }) });
  const toggleFacets = () => {
    if (wide) writePreference('facets', facets ? 'closed' : 'open');
    setFacets(!facets);
  };
  const onFilter = (field: string, value: unknown, not: boolean) => change({ q: addTerm(q, `${not ? 'NOT ' : ''}${field} = ${quote(value)}`) });
  const mark = (id: string) => setMarked((before) => new Set(before.has(id) ? [...before].filter((other) => other !== id) : [...before, id].slice(-2)));

  // The server says all of it at once: the mistakes of the query come from its check, those of the rest with the list.
  const mistake: Problem | null = diagnosis && diagnosis.errors.length > 0 && !check.isPlaceholderData
    ? { type: '/problems/query-syntax', title: 'Query syntax error', status: 400, errors: diagnosis.errors } : null;
  const ready = settled && !mistake;
  const untouched = useStatus().status?.store.operations === 0; // nothing ever came: there is nothing to narrow
  return (
    <div className={css.page}>
      <h1 className="visually-hidden">Operations</h1>
      <div className={css.tools}>
        <QueryBar key={q} query={q} range={filter} invalid={mistake !== null} onSubmit={(text, since) => change({ q: text, ...(since && { from: since, to: 'now' }) })} />
        <RangePicker range={filter} onChange={change} />
        <Toolbar search={search} filter={filter} columns={columns} list={shape === 'list'} facets={facets} marked={marked} onFacets={toggleFacets} onChange={change} />
      </div>
      {mistake && <ProblemPanel problem={mistake} query={q} onFix={(text) => change({ q: text })} />}
      {!ready && check.error && !mistake && <ProblemPanel problem={check.error instanceof ApiError ? check.error.problem : { type: 'about:blank', title: check.error.message, status: 0 }} query={q} />}
      {ready && (
        <div className={css.body}>
          {facets && !untouched && <Facets filter={counted} query={q} live={isLive(filter)} onToggle={(field, value) => change({ q: toggleValue(q, field, value) })} onClose={() => setFacets(false)} />}
          <div className={css.content}>
            {!live && !untouched && <Histogram filter={counted} live={isLive(filter)} onRange={(a, b) => change({ from: a, to: b })} onErrors={() => change({ q: toggleValue(q, 'status', 'error') })} />}
            {partial && shape === 'list' && (
              <Notice testId="partial">Searched back to {formatMoment(partial, new Date())} only: the time limit was reached.{' '}
                <button type="button" onClick={() => change({ to: new Date(Number(BigInt(partial) / 1_000_000n)).toISOString() })}>Search before that</button></Notice>
            )}
            {shape === 'list' ? (
              <ListView search={search} filter={filter} columns={columns} marked={marked} onMark={mark} onChange={change} onFilter={onFilter} onPartial={setPartial} />
            ) : (
              <Suspense fallback={<Skeleton rows={10} height={34} />}>
                <AggregateView filter={filter} shape={shape} onView={(view) => change({ view })}
                  onGroup={(pairs) => change({ q: pairs.reduce((text, [field, value]) => addTerm(text, `${field} = ${quote(value)}`), (counted.q ?? '').replace(/(^| AND )NOT endpoint IN \(\/health.*?\)/, '')) })} />
              </Suspense>
            )}
          </div>
        </div>
      )}
    </div>
  );
}
