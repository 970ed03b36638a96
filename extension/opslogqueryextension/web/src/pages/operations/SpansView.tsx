import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CloudOff, SearchX } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { ApiError, isBusy } from '../../api/errors';
import { checkQuery } from '../../api/explore';
import { type SpanFilter, operationsAroundQuery, spansQuery } from '../../api/spans';
import type { Problem, Span } from '../../api/types';
import button from '../../components/Button.module.css';
import { ProblemPanel } from '../../components/ProblemPanel';
import { QueryBar } from '../../components/QueryBar';
import { RangePicker } from '../../components/RangePicker';
import { Searching } from '../../components/Searching';
import { Notice, Skeleton, State } from '../../components/States';
import { useAnnounce } from '../../hooks/useAnnounce';
import { useDelayed } from '../../hooks/useDelayed';
import { useKeys } from '../../hooks/useKeys';
import { DEFAULT_RANGE, rangeLabel } from '../../lib/range';
import type { ListSearch } from '../../lib/search';
import { ownerOf, spanKey } from '../../lib/spans';
import { formatMoment } from '../../lib/time';
import { parseSort } from './ListView';
import css from './OperationsPage.module.css';
import { ScopeSwitch } from './ScopeSwitch';
import { SpansTable } from './SpansTable';
import toolbar from './Toolbar.module.css';

const NONE: Span[] = [];

const PRESETS: readonly { label: string; part: ListSearch }[] = [
  { label: 'All', part: { q: '', sort: '' } },
  { label: 'Errors', part: { q: 'status = error', sort: '' } },
  { label: 'Slowest', part: { q: '', sort: 'duration:desc' } },
  { label: 'Database', part: { q: 'db.system EXISTS', sort: '' } },
];

/** Kept spans of all traces as rows. One that is opened is shown within the tree of its operation. */
export function SpansView({ search }: { search: ListSearch }) {
  const { q = '', from, to, service, status, sort = '', sel } = search;
  const navigate = useNavigate({ from: '/operations' });
  const cache = useQueryClient();
  const announce = useAnnounce();
  const check = useQuery({ ...checkQuery(q, 'spans'), enabled: q !== '', placeholderData: keepPreviousData });
  const filter = useMemo((): SpanFilter => ({ ...DEFAULT_RANGE, ...(from && { from }), ...(to && { to }), ...(q && { q }), ...(service && { service }), ...(status && { status }), ...(sort && { sort }) }), [q, from, to, service, status, sort]);
  const mistake: Problem | null = q !== '' && check.data && check.data.errors.length > 0 && !check.isPlaceholderData
    ? { type: '/problems/query-syntax', title: 'Query syntax error', status: 400, errors: check.data.errors } : null;
  const ready = !mistake && (q === '' || !check.isPending);
  const list = useInfiniteQuery({ ...spansQuery(filter), enabled: ready, placeholderData: keepPreviousData });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? NONE, [list.data]);
  const cut = list.data?.pages.at(-1)?.partial?.searched_from;
  const late = useDelayed(list.isPending);

  useEffect(() => {
    document.title = q ? `${q} · spans · opslog` : 'Spans · opslog';
  }, [q]);

  const change = (part: ListSearch) => void navigate({ search: (before) => ({ ...before, sel: undefined, ...part }) });
  const select = (key: string | undefined) => void navigate({ search: (before) => ({ ...before, sel: key }), replace: true });
  const open = async (span: Span) => {
    await navigate({ search: (before) => ({ ...before, sel: spanKey(span) }), replace: true });
    const shown = { tab: 'timeline', span: span.span_id };
    const found = await cache.query(operationsAroundQuery(span)).catch(() => null);
    const owner = ownerOf(span, found?.items ?? []);
    if (owner) await navigate({ to: '/operations/$operationId', params: { operationId: owner.operation_id }, search: shown, state: { list: { ...search, sel: spanKey(span) } } });
    else await navigate({ to: '/trace/$traceId', params: { traceId: span.trace_id }, search: shown });
  };
  const at = rows.findIndex((span) => spanKey(span) === sel);
  const step = (by: 1 | -1) => {
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) select(spanKey(next));
  };
  const openSelected = () => { if (rows[at]) void open(rows[at]); };
  useKeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), Enter: openSelected, o: openSelected, Escape: () => select(undefined),
    Home: () => select(rows[0] && spanKey(rows[0])), End: () => select(rows.at(-1) && spanKey(rows.at(-1) as Span)),
    y: () => {
      const span = rows[at];
      if (!span) return;
      const link = new URL(`trace/${span.trace_id}?tab=timeline&span=${span.span_id}`, document.baseURI).href;
      void navigator.clipboard.writeText(link).then(() => announce('Link copied'), () => announce('The browser did not allow copying'));
    },
  });
  const sorted = parseSort(sort);
  const onSort = (field: string) => change({ sort: sorted?.field !== field ? `${field}:desc` : sorted.down ? `${field}:asc` : '' });

  const problem = list.error instanceof ApiError && !isBusy(list.error) ? list.error.problem : null;
  return (
    <div className={css.page}>
      <h1 className="visually-hidden">Spans</h1>
      <div className={css.tools}>
        <QueryBar key={q} query={q} range={filter} invalid={mistake !== null} scope="spans" placeholder="db.system = postgresql AND duration > 200ms" onSubmit={(text, since) => change({ q: text, ...(since && { from: since, to: 'now' }) })} />
        <RangePicker range={filter} onChange={change} />
        <div className={toolbar.bar}>
          <ScopeSwitch search={search} />
          <div className={toolbar.chips} role="group" aria-label="Presets">
            {PRESETS.map(({ label, part }) => <button key={label} type="button" className={toolbar.chip} aria-pressed={part.q === q && part.sort === sort} onClick={() => change(part)}>{label}</button>)}
          </div>
          <span className={toolbar.count}>Sampling keeps a part of the spans; operations are all here and counted exactly.</span>
        </div>
      </div>
      {mistake && <ProblemPanel problem={mistake} query={q} onFix={(text) => change({ q: text })} />}
      {problem && !mistake && <ProblemPanel problem={problem} query={q} />}
      {!mistake && <Searching waiting={ready && (list.isPending || list.isPlaceholderData)} fetching={list.isFetching} onAgain={() => void list.refetch()} />}
      {cut && <Notice testId="partial">Searched back to {formatMoment(cut, new Date())} only: the time limit was reached.</Notice>}
      {!mistake && !problem && (
        <div className={css.body}>
          {rows.length > 0 ? (
            <SpansTable rows={rows} selected={sel} stale={list.isPlaceholderData} sorted={sorted ?? (q.includes('|') ? null : { field: 'start_time', down: true })} more={list.hasNextPage} loadingMore={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()} onOpen={(span) => void open(span)} onSort={onSort} />
          ) : list.isPending ? late && <Skeleton rows={16} height={36} /> : list.error ? (
            <State icon={CloudOff} title="The spans could not be read" tone="error" testId="list-error"><p>{list.error.message}</p><button type="button" className={button.button} onClick={() => void list.refetch()}>Try again</button></State>
          ) : (
            <State icon={SearchX} title={q ? 'No kept span matches' : 'No spans kept in this range'} testId="no-match">
              <p>{rangeLabel(filter, new Date())}</p>
              <p>{q && <button type="button" className={button.button} onClick={() => change({ q: '' })}>Clear the query</button>} {filter.from !== 'now-24h' && <button type="button" className={button.button} onClick={() => change({ from: 'now-24h', to: 'now' })}>Look at the last 24 hours</button>}</p>
            </State>
          )}
        </div>
      )}
    </div>
  );
}
