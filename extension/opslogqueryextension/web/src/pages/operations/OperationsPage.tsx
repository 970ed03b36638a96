import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { ApiError } from '../../api/errors';
import type { Operation } from '../../api/types';
import { ProblemPanel } from '../../components/ProblemPanel';
import { RangePicker } from '../../components/RangePicker';
import { useKeys } from '../../hooks/useKeys';
import { useLiveOperations } from '../../hooks/useLiveOperations';
import { useStatus } from '../../hooks/useStatus';
import { DEFAULT_RANGE, isLive } from '../../lib/range';
import type { ListSearch } from '../../lib/search';
import { Filters } from './Filters';
import { ListStates } from './ListStates';
import css from './OperationsPage.module.css';
import { OperationsTable } from './OperationsTable';
import { QueryBar } from './QueryBar';
import { SetupCard } from './SetupCard';
import { selectionAfter } from './selection';

const NONE: Operation[] = [];

/** What the URL asks of the API: everything but the selected row. */
function toFilter({ q, from, to, service, status, kind }: ListSearch) {
  return {
    ...DEFAULT_RANGE, ...(from && { from }), ...(to && { to }), ...(q && { q }), ...(service && { service }), ...(status && { status }),
    ...(kind && { kind }),
  };
}

export function OperationsPage() {
  const search = useSearch({ from: '/operations' });
  const navigate = useNavigate({ from: '/operations' });
  const { q, from, to, service, status, kind, sel } = search;
  const filter = useMemo(() => toFilter({ q, from, to, service, status, kind }), [q, from, to, service, status, kind]);
  const [scrolled, setScrolled] = useState(false);
  const [paused, setPaused] = useState(false);
  const live = isLive(filter) && !paused;
  const list = useLiveOperations(filter, { live, held: scrolled || Boolean(sel) });
  const store = useStatus().status?.store;
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? NONE, [list.data]);

  useEffect(() => {
    document.title = q ? `${q} · opslog` : 'Operations · opslog';
  }, [q]);

  const change = (part: ListSearch) => void navigate({ search: (before) => ({ ...before, sel: undefined, ...part }) });
  const select = (id: string | undefined) => void navigate({ search: (before) => ({ ...before, sel: id }), replace: true });
  const open = async (id: string) => {
    await navigate({ search: (before) => ({ ...before, sel: id }), replace: true });
    await navigate({ to: '/operations/$operationId', params: { operationId: id }, search: {}, state: { list: { ...search, sel: id } } });
  };
  const step = (by: 1 | -1, errors = false) => select(selectionAfter(rows, sel, by, errors)?.operation_id ?? sel);
  useKeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), e: () => step(1, true), E: () => step(-1, true),
    Enter: () => { if (sel) void open(sel); }, Escape: () => select(undefined),
  });

  const problem = list.error instanceof ApiError ? list.error.problem : null;
  const empty = !problem && list.isSuccess && rows.length === 0;
  const neverUsed = empty && store?.operations === 0;
  return (
    <div className={css.page}>
      <h1 className="visually-hidden">Operations</h1>
      <div className={css.tools}>
        <QueryBar key={q ?? ''} query={q ?? ''} invalid={problem !== null} onSubmit={(text) => change({ q: text })} />
        <RangePicker range={filter} onChange={change} />
        <span className={css.break} />
        <Filters filter={filter} rows={rows.length} more={list.hasNextPage} live={isLive(filter)} paused={paused} onPause={setPaused} onChange={change} />
      </div>
      {problem && <ProblemPanel problem={problem} query={q ?? ''} onFix={(text) => change({ q: text })} />}
      {neverUsed ? <SetupCard store={store} /> : rows.length > 0 && !problem ? (
        <OperationsTable rows={rows} selected={sel} stale={list.isPlaceholderData} waiting={list.waiting} loadingMore={list.isFetchingNextPage}
          more={list.hasNextPage} onMore={() => void list.fetchNextPage()} onOpen={(id) => void open(id)} onScrolled={setScrolled}
          onShowNew={() => { select(undefined); list.catchUp(); }} />
      ) : <ListStates loading={list.isPending} error={problem ? null : list.error} empty={empty} filter={filter} onChange={change} onRetry={() => void list.refetch()} />}
    </div>
  );
}
