import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { type Alert, type AlertDetail, EVERY_MS, alertQuery } from '../../api/alerts';
import { Answered } from '../../components/Answered';
import { Fact, Facts } from '../../components/Facts';
import { Page, Section } from '../../components/Page';
import { ServiceName } from '../../components/ServiceName';
import { OperationLink } from '../../components/SpanLink';
import { type Column, Table } from '../../components/Table';
import { useKeys } from '../../hooks/useKeys';
import { useNow } from '../../hooks/useNow';
import { useStatus } from '../../hooks/useStatus';
import { reasonText, subject, suppressedText, typeText, valueText } from '../../lib/alerts';
import { verdict } from '../../lib/errors';
import { formatCount } from '../../lib/number';
import { clip } from '../../lib/text';
import { formatAgo, formatMoment } from '../../lib/time';
import { AlertActions } from './AlertActions';
import { AlertBadge } from './AlertBadge';
import { AlertTrend } from './AlertTrend';
import css from './Alerts.module.css';

export function AlertPage() {
  const { alertId } = useParams({ from: '/alerts/$alertId' });
  const navigate = useNavigate();
  const result = useQuery({ ...alertQuery(alertId), refetchInterval: EVERY_MS });
  useKeys({ Escape: () => void navigate({ to: '/alerts' }) });
  return (
    <Page title={result.data ? clip(result.data.alert.rule, 80) : 'Alert'}>
      <p><Link to="/alerts" search={{}} className={css.back}><ArrowLeft size={14} aria-hidden /> All alerts</Link></p>
      <Answered result={result} name="This alert">{(data) => <Detail data={data} />}</Answered>
    </Page>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type Transition = AlertDetail['history'][number];

const HISTORY: Column<Transition>[] = [
  { name: 'Change', head: true, cell: (t) => <>{t.from} → <AlertBadge state={t.to} /></> },
  { name: 'Time', cell: (t) => formatMoment(t.at, new Date()) },
  { name: 'Value', number: true, cell: (t) => valueText(t.alert.type, t.alert.value) },
  { name: 'Why', cell: (t) => reasonText(t.alert.reason) },
];

function Detail({ data: { alert, history } }: { data: AlertDetail }) {
  const now = useNow(5_000);
  const write = useStatus().status?.capabilities.write ?? false;
  const about = subject(alert);
  const since = alert.firing_at !== '0' ? alert.firing_at : undefined;
  return (
    <article className={css.detail} data-testid="alert">
      <div className={css.title}><AlertBadge state={alert.state} /><h2>{alert.reason === 'escalating' ? 'An error that comes more and more' : typeText(alert.type)}</h2><ServiceName name={about.service} /></div>
      <p className={css.reason}>{reasonText(alert.reason)}</p>
      {alert.suppressed && <p className={css.hint}>{capital(suppressedText(alert.suppressed))}.</p>}
      <Facts>
        <Fact name="Severity">{alert.severity}</Fact>
        <Fact name="Value">{valueText(alert.type, alert.value)}</Fact>
        <Fact name="Limit">{valueText(alert.type, alert.threshold)}</Fact>
        <Fact name="Failed">{alert.total > 0 ? `${formatCount(alert.errors)} of ${formatCount(alert.total)}` : formatCount(alert.errors)}</Fact>
        <Fact name="Firing since">{since ? `${formatMoment(since, now)} · ${formatAgo(since, now)}` : null}</Fact>
        <Fact name="Resolved">{alert.resolved_at && alert.resolved_at !== '0' ? formatMoment(alert.resolved_at, now) : null}</Fact>
        <Fact name="Looked after by">{alert.acked_by ? <bdi>{alert.acked_by}</bdi> : null}</Fact>
        <Fact name="Muted until">{alert.muted_until && alert.muted_until !== '0' ? <>{formatMoment(alert.muted_until, now)} {alert.muted_reason && <bdi>({clip(alert.muted_reason, 100)})</bdi>}</> : null}</Fact>
      </Facts>
      {write && <AlertActions alert={alert} />}
      <AlertTrend alert={alert} history={history} />
      <Evidence alert={alert} />
      <Section title="History" note="of 30 days">
        <Table label="History of the alert" columns={HISTORY} rows={history} rowKey={(t) => `${t.at} ${t.to}`} testId="alert-change" empty="No change yet" />
      </Section>
      <Section title="Labels"><Facts>{Object.entries(alert.labels).map(([name, value]) => <Fact key={name} name={clip(name, 40)}><bdi>{clip(value, 200)}</bdi></Fact>)}</Facts></Section>
    </article>
  );
}

/** What opslog knows of the latest example: the way from the alert to its cause. */
function Evidence({ alert: { evidence, labels } }: { alert: Alert }) {
  const list = (title: string, items: string[] | undefined) => items && items.length > 0 && <div><h3>{title}</h3><ol>{items.slice(0, 20).map((text, i) => <li key={i}><bdi>{clip(text, 240)}</bdi></li>)}</ol></div>;
  const example = /[1-9a-f]/.test(evidence.operation_id) ? evidence.operation_id : null;
  return (
    <Section title="Evidence" note="of the latest example" id="evidence">
      {evidence.error_type && <p className={css.error}><b><bdi>{clip(evidence.error_type, 160)}</bdi></b> <bdi>{clip(evidence.error_message ?? '', 500)}</bdi></p>}
      <Facts>
        <Fact name="Operation">{example ? <OperationLink id={example}><bdi>{clip(evidence.operation || 'the operation', 120)}</bdi></OperationLink> : null}</Fact>
        <Fact name="Error">{evidence.fingerprint ? <Link to="/errors/$fingerprint" params={{ fingerprint: evidence.fingerprint }} search={{ from: 'now-7d', ...(labels.service && { of: labels.service }) }}>what its operations have in common</Link> : null}</Fact>
        <Fact name="Bug or input?">{evidence.failure_class ? <span title={verdict(evidence.failure_class).text}>{verdict(evidence.failure_class).title}</span> : null}</Fact>
        <Fact name="Version">{evidence.version && <bdi>{evidence.version}</bdi>}</Fact>
        <Fact name="First seen in">{evidence.first_version && <bdi>{evidence.first_version}</bdi>}</Fact>
        <Fact name="At">{evidence.time && evidence.time !== '0' ? formatMoment(evidence.time, new Date()) : null}</Fact>
      </Facts>
      <div className={css.lists}>
        {list('What came before', evidence.steps)}
        {list('Done, and stays', evidence.done)}
        {list('Missing', evidence.incomplete)}
        {list('Failed because of this', evidence.also_failed)}
      </div>
    </Section>
  );
}
