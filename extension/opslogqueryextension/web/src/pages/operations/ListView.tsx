import { useNavigate } from '@tanstack/react-router';
import { Suspense, lazy, useEffect, useMemo, useState } from 'react';
import { ApiError, isBusy } from '../../api/errors';
import type { ListFilter } from '../../api/queries';
import type { Operation } from '../../api/types';
import { ProblemPanel } from '../../components/ProblemPanel';
import { Searching } from '../../components/Searching';
import { useAnnounce } from '../../hooks/useAnnounce';
import { useKeys } from '../../hooks/useKeys';
import { useLiveOperations } from '../../hooks/useLiveOperations';
import { useStatus } from '../../hooks/useStatus';
import { useTail } from '../../hooks/useTail';
import { isLive } from '../../lib/range';
import type { ListSearch } from '../../lib/search';
import { type TailRow, isGap } from '../../lib/tail';
import { ListStates } from './ListStates';
import { OperationsTable } from './OperationsTable';
import { SetupCard } from './SetupCard';
import { TailBar } from './TailBar';
import css from './OperationsPage.module.css';
import type { Column } from './columns';
import { selectionAfter } from './selection';

const Peek = lazy(() => import('./Peek').then((m) => ({ default: m.Peek })));

const NO_ROWS: TailRow[] = [];
const NOTHING_NEW = { fresh: 0, more: false };

interface Props {
  search: ListSearch;
  filter: ListFilter;
  columns: Column[];
  marked: ReadonlySet<string>;
  onMark: (id: string) => void;
  onChange: (part: ListSearch) => void;
  onFilter: (field: string, value: unknown, not: boolean) => void;
  onPartial: (from: string | null) => void;
}

export function parseSort(sort: string | undefined): { field: string; down: boolean } | null {
  const match = /^([^:,]+)(?::(asc|desc))?$/.exec(sort ?? '');
  return match ? { field: match[1] as string, down: match[2] === 'desc' } : null;
}

/** The rows: pages of what is stored, or with live=1 what ends from now on. */
export function ListView({ search, filter, columns, marked, onMark, onChange, onFilter, onPartial }: Props) {
  const navigate = useNavigate({ from: '/operations' });
  const announce = useAnnounce();
  const { sel, sort, q = '', peek } = search;
  const tailing = search.live === '1';
  const [scrolled, setScrolled] = useState(false);
  const [paused, setPaused] = useState(false);
  const held = paused ? 'by you' : scrolled ? 'while you read' : sel ? 'while a row is selected' : '';
  const newest = !sort && !q.includes('|');
  const list = useLiveOperations(filter, { enabled: !tailing, live: isLive(filter) && newest && !tailing, held: held !== '' });
  const tail = useTail(filter, tailing, held !== '');
  const store = useStatus().status?.store;
  const rows = useMemo(() => (tailing ? tail.rows : (list.data?.pages.flatMap((page) => page.items) ?? NO_ROWS)), [tailing, tail.rows, list.data]);
  const operations = useMemo(() => rows.filter((row): row is Operation => !isGap(row)), [rows]);
  const cut = list.data?.pages.at(-1)?.partial?.searched_from ?? null;
  useEffect(() => onPartial(tailing ? null : cut), [cut, tailing, onPartial]);

  const select = (id: string | undefined) => void navigate({ search: (before) => ({ ...before, sel: id }), replace: true });
  const open = async (id: string) => {
    await navigate({ search: (before) => ({ ...before, sel: id }), replace: true });
    await navigate({ to: '/operations/$operationId', params: { operationId: id }, search: {}, state: { list: { ...search, sel: id } } });
  };
  const look = (id: string | undefined) => void navigate({ search: (before) => ({ ...before, ...(id && { sel: id }), peek: id && '1' }), replace: true });
  const step = (by: 1 | -1, errors = false) => select(selectionAfter(operations, sel, by, errors)?.operation_id ?? sel);
  const resume = () => {
    setPaused(false);
    setScrolled(false);
    select(undefined);
    document.querySelector('[role=grid]')?.scrollTo({ top: 0 });
    announce('Live');
  };
  useKeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), e: () => step(1, true), E: () => step(-1, true),
    Home: () => select(operations[0]?.operation_id), End: () => select(operations.at(-1)?.operation_id), x: () => { if (sel) onMark(sel); },
    Enter: (event) => { if (sel && event.shiftKey) look(sel); else if (sel) void open(sel); }, o: () => { if (sel) void open(sel); }, Escape: () => (peek ? look(undefined) : select(undefined)),
    y: () => {
      if (!sel) return;
      void navigator.clipboard.writeText(new URL(`operations/${sel}`, document.baseURI).href).then(() => announce('Link copied'), () => announce('The browser did not allow copying'));
    },
    ...(tailing && { ' ': () => (held ? resume() : setPaused(true)) }),
  });
  const resize = (widths: string) => void navigate({ search: (before) => ({ ...before, widths: widths || undefined }), replace: true });
  const sorted = parseSort(sort);
  const onSort = (field: string) => {
    const next = sorted?.field !== field ? `${field}:desc` : sorted.down ? `${field}:asc` : '';
    onChange({ sort: next, live: '' });
  };

  const problem = list.error instanceof ApiError && !isBusy(list.error) && !tailing ? list.error.problem : null;
  const empty = !problem && !tailing && list.isSuccess && rows.length === 0;
  if (empty && store?.operations === 0) return <SetupCard store={store} />;
  return (
    <>
      {tailing && <TailBar state={tail.state} held={held} waiting={tail.waiting} onToggle={() => (held ? resume() : setPaused(true))} />}
      {!tailing && <Searching waiting={list.isPending || list.isPlaceholderData} fetching={list.isFetching} onAgain={() => void list.refetch()} />}
      {problem && <ProblemPanel problem={problem} query={filter.q ?? ''} />}
      {(rows.length > 0 || tailing) && !problem ? (
        <div className={css.split}>
          <OperationsTable rows={rows} columns={columns} widths={search.widths ?? ''} sorted={sorted ?? (newest ? { field: 'time', down: true } : null)} selected={sel} marked={marked} stale={list.isPlaceholderData && !tailing}
            waiting={tailing ? NOTHING_NEW : list.waiting} loadingMore={list.isFetchingNextPage} more={list.hasNextPage && !tailing} end={tailing ? 'Operations show up here as they end' : 'No more operations in this range'}
            onMore={() => void list.fetchNextPage()} onOpen={(id) => void open(id)} onSort={onSort} onWidths={resize} onFilter={onFilter} onScrolled={setScrolled}
            onGap={(from, to) => onChange({ live: '', from, to: String(BigInt(to) + 1n) })} onShowNew={() => { select(undefined); list.catchUp(); }} onPeek={look} compact={Boolean(peek && sel)} />
          {peek && sel && <Suspense><Peek id={sel} onClose={() => look(undefined)} onOpen={() => void open(sel)} /></Suspense>}
        </div>
      ) : <ListStates loading={list.isPending && list.isFetching && !tailing} error={problem ? null : list.error} empty={empty} search={search} filter={filter} onChange={onChange} onRetry={() => void list.refetch()} />}
    </>
  );
}
