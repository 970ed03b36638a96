import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { BellOff, BellRing } from 'lucide-react';
import { useMemo } from 'react';
import { type Alert, EVERY_MS, alertsQuery } from '../../api/alerts';
import { Answered } from '../../components/Answered';
import { Badge } from '../../components/Badge';
import { Page } from '../../components/Page';
import { ServiceName } from '../../components/ServiceName';
import { State } from '../../components/States';
import { type Column, Table } from '../../components/Table';
import { Tabs } from '../../components/Tabs';
import { useKeys } from '../../hooks/useKeys';
import { useNow } from '../../hooks/useNow';
import { byUrgency, isMuted, subject, suppressedText, typeText, valueText } from '../../lib/alerts';
import type { AlertsSearch } from '../../lib/pageSearch';
import { clip } from '../../lib/text';
import { formatAgo, isoNs } from '../../lib/time';
import { AlertBadge } from './AlertBadge';
import css from './Alerts.module.css';
import { Rules } from './Rules';

const STATES = ['firing', 'pending', 'resolved'] as const;

export function AlertsPage() {
  const search = useSearch({ from: '/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const result = useQuery({ ...alertsQuery(), refetchInterval: EVERY_MS });
  const items = useMemo(() => byUrgency(result.data?.items ?? []), [result.data]);
  const tabs = [{ id: 'all', label: 'All', note: items.length }, ...STATES.map((s) => ({ id: s, label: s.charAt(0).toUpperCase() + s.slice(1), note: items.filter((a) => a.state === s).length })), { id: 'rules', label: 'Rules' }];
  const tab = tabs.some((t) => t.id === search.state) ? (search.state as string) : 'all';
  const shown = tab === 'all' ? items : items.filter((a) => a.state === tab);
  const change = (part: AlertsSearch) => void navigate({ search: (before) => ({ ...before, ...part }) });
  const step = (by: 1 | -1) => {
    const at = shown.findIndex((a) => a.id === search.sel);
    const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next) void navigate({ search: (before) => ({ ...before, sel: next.id }), replace: true });
  };
  useKeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    Enter: () => { if (search.sel) void navigate({ to: '/alerts/$alertId', params: { alertId: search.sel }, search: {} }); },
  });
  return (
    <Page title="Alerts">
      <Tabs tabs={tabs} active={tab} label="State" onSelect={(id) => change({ state: id === 'all' ? '' : id, sel: '' })} />
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className={css.panel}>
        {tab === 'rules' ? <Rules search={search} onChange={change} /> : (
          <Answered result={result} name="The alerts">
            {() => shown.length === 0
              ? <State icon={BellOff} title={tab === 'all' ? 'Nothing alerts' : `No alert is ${tab}`} testId="no-alerts"><p>Alerts that were resolved stay here for 15 minutes. <Link to="/alerts" search={{ state: 'rules' }}>See what is watched</Link></p></State>
              : <AlertsTable alerts={shown} selected={search.sel} />}
          </Answered>
        )}
      </div>
    </Page>
  );
}

function AlertsTable({ alerts, selected }: { alerts: Alert[]; selected: string | undefined }) {
  const now = useNow(5_000);
  const columns: Column<Alert>[] = [
    {
      name: 'Alert', head: true,
      cell: (a) => (
        <span className={css.alert}>
          <Link to="/alerts/$alertId" params={{ alertId: a.id }} search={{}}><BellRing size={13} aria-hidden /> <bdi>{clip(a.rule, 80)}</bdi></Link>
          <bdi title={clip(subject(a).what, 1_000)}>{clip(subject(a).what || typeText(a.type), 140)}</bdi>
        </span>
      ),
    },
    { name: 'State', cell: (a) => <span className={css.badges}><AlertBadge state={a.state} />{isMuted(a, now) && <AlertBadge state="muted" />}{a.suppressed === 'cascade' && <Badge title={suppressedText(a.suppressed)}>follows</Badge>}{(a.suppressed === 'storm' || a.suppressed === 'learning') && <Badge title={suppressedText(a.suppressed)}>quiet</Badge>}</span> },
    { name: 'Severity', wide: true, cell: (a) => a.severity },
    { name: 'Service', cell: (a) => <ServiceName name={subject(a).service} /> },
    { name: 'Value', number: true, cell: (a) => <span>{valueText(a.type, a.value)}{a.threshold > 0 && <span className={css.limit}> / {valueText(a.type, a.threshold)}</span>}</span> },
    { name: 'Failed', number: true, wide: true, cell: (a) => (a.total > 0 ? `${a.errors} of ${a.total}` : String(a.errors)) },
    { name: 'Since', cell: (a) => { const at = a.firing_at !== '0' ? a.firing_at : (a.pending_at ?? '0'); return at === '0' ? '–' : <span className={css.when} title={isoNs(at)}>{formatAgo(at, now)}</span>; } },
    { name: 'Looked after by', wide: true, cell: (a) => <bdi>{a.acked_by ? clip(a.acked_by, 40) : '–'}</bdi> },
  ];
  return <Table label="Alerts" columns={columns} rows={alerts} rowKey={(a) => a.id} selected={selected} testId="alert-row" />;
}
