import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PartyPopper } from 'lucide-react';
import { useMemo, useState } from 'react';
import { ApiError } from '../../api/errors';
import { type ErrorGroup, MOST_ERRORS, errorsQuery } from '../../api/pages';
import { Answered } from '../../components/Answered';
import button from '../../components/Button.module.css';
import { Page } from '../../components/Page';
import { RangeTools } from '../../components/RangeTools';
import { Select } from '../../components/Select';
import { Notice, State } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { useKeys } from '../../hooks/useKeys';
import { useStatus } from '../../hooks/useStatus';
import { STATES } from '../../lib/errors';
import { type ErrorsSearch, carried, filterOf } from '../../lib/pageSearch';
import { words } from '../../lib/text';
import { Bulk } from './Bulk';
import { ErrorsTable, groupKey } from './ErrorsTable';

const USUAL = 'now-24h';
const SORTS = [['', 'most often first'], ['users', 'most users first'], ['first_seen', 'newest first'], ['last_seen', 'last seen first']] as const;
const NONE: ErrorGroup[] = [];

export function ErrorsPage() {
  const search = useSearch({ from: '/errors' });
  const navigate = useNavigate({ from: '/errors' });
  const { q, from, to, service, state = 'all', sort = 'count', sel } = search;
  const filter = useMemo(() => filterOf({ q, from, to, service }, USUAL), [q, from, to, service]);
  const result = useQuery({ ...errorsQuery(filter, sort), placeholderData: keepPreviousData });
  const write = useStatus().status?.capabilities.write ?? false;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const all = result.data?.items ?? NONE;
  const shown = useMemo(() => (state === 'all' ? all.filter((g) => g.state !== 'ignored') : all.filter((g) => g.state === state)), [all, state]);
  const change = (part: ErrorsSearch) => void navigate({ search: (before) => ({ ...before, sel: undefined, ...part }) });
  const select = (key: string | undefined) => void navigate({ search: (before) => ({ ...before, sel: key }), replace: true });
  const step = (by: 1 | -1) => {
    const at = shown.findIndex((g) => groupKey(g) === sel);
    const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))];
    if (!next) return;
    select(groupKey(next));
    document.getElementById(`row-${groupKey(next)}`)?.scrollIntoView({ block: 'nearest' });
  };
  const open = () => {
    const group = shown.find((g) => groupKey(g) === sel);
    if (group) void navigate({ to: '/errors/$fingerprint', params: { fingerprint: group.fingerprint }, search: { ...carried(search), of: group.service } });
  };
  useKeys({ j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), Enter: open, o: open, Escape: () => select(undefined) });

  const tabs = ['all', ...STATES].map((id) => ({ id, label: words(id), note: id === 'all' ? all.filter((g) => g.state !== 'ignored').length : all.filter((g) => g.state === id).length }));
  const invalid = result.error instanceof ApiError && result.error.problem.status === 400;
  return (
    <Page title="Errors" tools={<RangeTools search={search} usual={USUAL} invalid={invalid} onChange={change} />}>
      <Answered result={result} name="The errors" query={q} onFix={(text) => change({ q: text })}>
        {() => (
          <>
            <Tabs tabs={tabs} active={tabs.some((t) => t.id === state) ? state : 'all'} label="State" onSelect={(id) => change({ state: id === 'all' ? '' : id })} />
            <div id="panel" role="tabpanel" aria-labelledby={`tab-${state}`}>
              <Bulk groups={shown.filter((g) => chosen.has(groupKey(g)))} enabled={write} onDone={() => setChosen(new Set())}>
                {write && shown.length > 0 && <button type="button" className={button.button} onClick={() => setChosen(chosen.size > 0 ? new Set() : new Set(shown.map(groupKey)))}>{chosen.size > 0 ? 'Choose none' : 'Choose all'}</button>}
                <Select label="Order" value={search.sort ?? ''} options={SORTS} onChange={(value) => change({ sort: value })} />
              </Bulk>
              {all.length >= MOST_ERRORS && <Notice>These are the first {MOST_ERRORS} groups. Narrow the query for the others.</Notice>}
              {shown.length === 0 ? <NoErrors filtered={Boolean(q || service) || state !== 'all'} onClear={() => change({ q: '', service: '', state: '' })} />
                : <ErrorsTable groups={shown} filter={filter} search={search} selected={sel} chosen={chosen} onChoose={write ? setChosen : undefined} />}
            </div>
          </>
        )}
      </Answered>
    </Page>
  );
}

function NoErrors({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return (
    <State icon={PartyPopper} title={filtered ? 'No error matches' : 'No errors in this range'} testId="no-errors">
      {filtered ? <button type="button" className={button.button} onClick={onClear}>Clear the filters</button> : <p>Every operation of this range ended well.</p>}
    </State>
  );
}
