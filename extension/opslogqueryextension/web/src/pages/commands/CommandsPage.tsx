import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PenLine } from 'lucide-react';
import { useMemo } from 'react';
import { ApiError } from '../../api/errors';
import { type CommandPage, type Review, commandsQuery } from '../../api/pages';
import type { Effect, Operation } from '../../api/types';
import { Answered } from '../../components/Answered';
import { Page } from '../../components/Page';
import { RangeTools } from '../../components/RangeTools';
import { Select } from '../../components/Select';
import { Notice, State } from '../../components/States';
import { useKeys } from '../../hooks/useKeys';
import { type CommandsSearch, filterOf } from '../../lib/pageSearch';
import { plural } from '../../lib/number';
import { CommandPanel } from './CommandPanel';
import css from './Commands.module.css';
import { CommandsTable } from './CommandsTable';
import { TextFilter } from './TextFilter';
import { REVIEWS } from './reviews';

const USUAL = 'now-24h';

export interface Entry {
  op: Operation;
  effects: Effect[];
  reviews: Review[];
}

/** The rows of a page: each operation with its effects, which come beside it, and with what was said of it. */
function entriesOf(page: CommandPage): Entry[] {
  return page.items.map((op, i) => {
    const effects = page.rows?.[i]?.[0];
    return { op, effects: Array.isArray(effects) ? (effects as Effect[]) : [], reviews: page.reviews[op.operation_id] ?? [] };
  });
}

export function CommandsPage() {
  const search = useSearch({ from: '/commands' });
  const navigate = useNavigate({ from: '/commands' });
  const { q, from, to, service, actor, target, destructive, review, sel } = search;
  const filter = useMemo(() => ({ ...filterOf({ q, from, to, service }, USUAL), actor, target, destructive }), [q, from, to, service, actor, target, destructive]);
  const result = useQuery({ ...commandsQuery(filter), placeholderData: keepPreviousData });
  const change = (part: CommandsSearch) => void navigate({ search: (before) => ({ ...before, sel: '', ...part }) });
  const select = (id: string) => void navigate({ search: (before) => ({ ...before, sel: id }), replace: true });
  const all = useMemo(() => (result.data ? entriesOf(result.data) : []), [result.data]);
  const shown = useMemo(() => all.filter((e) => !review || (review === 'none' ? e.reviews.length === 0 : e.reviews.at(-1)?.state === review)), [all, review]);
  const step = (by: 1 | -1) => {
    const at = shown.findIndex((e) => e.op.operation_id === sel);
    const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))];
    if (!next) return;
    select(next.op.operation_id);
    document.getElementById(`row-${next.op.operation_id}`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), Escape: () => select(''),
    Enter: () => { if (sel) void navigate({ to: '/operations/$operationId', params: { operationId: sel }, search: {} }); },
  });
  const invalid = result.error instanceof ApiError && result.error.problem.status === 400;
  const chosen = shown.find((e) => e.op.operation_id === sel);
  return (
    <Page title="Commands" tools={<RangeTools search={search} usual={USUAL} invalid={invalid} onChange={change} />}>
      <div className={css.bar}>
        <TextFilter key={`actor ${actor ?? ''}`} label="Actor" value={actor ?? ''} placeholder="user id" onSubmit={(value) => change({ actor: value })} />
        <TextFilter key={`target ${target ?? ''}`} label="Target" value={target ?? ''} placeholder="part of a path" onSubmit={(value) => change({ target: value })} />
        <Select label="Destructive" value={destructive ?? ''} options={[['', 'all commands'], ['true', 'destructive only']]} onChange={(value) => change({ destructive: value })} />
        <Select label="Review" value={review ?? ''} options={[['', 'any review'], ['none', 'not reviewed'], ...REVIEWS]} onChange={(value) => change({ review: value })} />
        {result.data && <span className={css.count}>{plural(shown.length, 'command')}{result.data.next_cursor ? ', the newest of more' : ''}</span>}
      </div>
      <Answered result={result} name="The commands" query={q} onFix={(text) => change({ q: text })}>
        {(page) => (
          <>
            {page.next_cursor && review && <Notice>Reviews are looked up in the newest {page.items.length} commands only. Choose a shorter range for older ones.</Notice>}
            {shown.length === 0 ? (
              <State icon={PenLine} title="No command matches" testId="no-commands"><p>A command is an operation that changes something: a write, a message sent, a call with POST, PUT, PATCH or DELETE.</p></State>
            ) : (
              <div className={css.split}>
                <CommandsTable entries={shown} selected={sel} onSelect={(id) => select(id === sel ? '' : id)} />
                {chosen && <CommandPanel key={chosen.op.operation_id} entry={chosen} onClose={() => select('')} />}
              </div>
            )}
          </>
        )}
      </Answered>
    </Page>
  );
}
