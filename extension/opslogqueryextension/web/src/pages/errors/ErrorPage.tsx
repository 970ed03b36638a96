import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useMemo } from 'react';
import { type ErrorDetail, type Filter, errorQuery } from '../../api/pages';
import { Answered } from '../../components/Answered';
import { Page } from '../../components/Page';
import { RangeTools } from '../../components/RangeTools';
import { Select } from '../../components/Select';
import { StackTrace } from '../../components/StackTrace';
import { Tabs } from '../../components/Tabs';
import { useKeys } from '../../hooks/useKeys';
import { useStatus } from '../../hooks/useStatus';
import { type ErrorSearch, carried, filterOf } from '../../lib/pageSearch';
import { clip } from '../../lib/text';
import { Blast } from './Blast';
import { ErrorEvents } from './ErrorEvents';
import { ErrorHead } from './ErrorHead';
import css from './Errors.module.css';
import { Trend } from './Trend';
import { WhyGrouped } from './WhyGrouped';

const USUAL = 'now-24h';

export function ErrorPage() {
  const { fingerprint } = useParams({ from: '/errors/$fingerprint' });
  const search = useSearch({ from: '/errors/$fingerprint' });
  const navigate = useNavigate({ from: '/errors/$fingerprint' });
  const { q, from, to, service } = search;
  const filter = useMemo(() => filterOf({ q, from, to, service }, USUAL), [q, from, to, service]);
  const result = useQuery({ ...errorQuery(fingerprint, filter), placeholderData: keepPreviousData });
  const write = useStatus().status?.capabilities.write ?? false;
  const change = (part: ErrorSearch) => void navigate({ search: (before) => ({ ...before, ...part }) });
  useKeys({ Escape: () => void navigate({ to: '/errors', search: carried(search) }) });
  const group = result.data?.groups[0];
  return (
    <Page title="Error" tab={group?.type ? clip(group.type, 80) : undefined} tools={<RangeTools search={search} usual={USUAL} without={['query', 'service']} onChange={change} />}>
      <p><Link to="/errors" search={carried(search)} className={css.back}><ArrowLeft size={14} aria-hidden /> All errors</Link></p>
      <Answered result={result} name="This error">{(data) => <Detail data={data} filter={filter} search={search} write={write} onChange={change} />}</Answered>
    </Page>
  );
}

interface DetailProps {
  data: ErrorDetail;
  filter: Filter;
  search: ErrorSearch;
  write: boolean;
  onChange: (part: ErrorSearch) => void;
}

function Detail({ data, filter, search, write, onChange }: DetailProps) {
  const { groups, fields, latest } = data;
  const group = groups.find((g) => g.service === search.of) ?? groups[0];
  if (!group) return null;
  const tabs = [{ id: 'overview', label: 'Overview' }, { id: 'stack', label: 'Stack' }, { id: 'events', label: 'Operations', note: group.count }, { id: 'why', label: 'Why grouped' }];
  const tab = tabs.some((t) => t.id === search.tab) ? (search.tab as string) : 'overview';
  return (
    <article data-testid="error-group">
      {groups.length > 1 && <Select label="Service" value={group.service} options={groups.map((g) => [g.service, g.service] as const)} onChange={(of) => onChange({ of })} />}
      <ErrorHead key={`${group.service} ${group.note?.revision ?? 0}`} group={group} latest={latest} write={write} />
      <Trend group={group} filter={filter} search={search} />
      <Tabs tabs={tabs} active={tab} label="Parts of the error" onSelect={(id) => onChange({ tab: id === 'overview' ? '' : id })} />
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className={css.panel}>
        {tab === 'overview' && <Blast group={group} fields={fields} filter={filter} search={search} />}
        {tab === 'stack' && (latest?.error_stack ? <StackTrace text={latest.error_stack} /> : <p className={css.note}>The latest operation has no stack trace. Record the exception on the span to have one.</p>)}
        {tab === 'events' && <ErrorEvents group={group} filter={{ ...filter, service: group.service }} search={search} />}
        {tab === 'why' && <WhyGrouped group={group} latest={latest} filter={filter} write={write} />}
      </div>
    </article>
  );
}
