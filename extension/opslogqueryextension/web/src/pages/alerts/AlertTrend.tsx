import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Alert, AlertDetail } from '../../api/alerts';
import { latencyQuery } from '../../api/pages';
import { TimeChart } from '../../charts/TimeChart';
import { Answered } from '../../components/Answered';
import { Section } from '../../components/Page';
import { alertQueryText, subject } from '../../lib/alerts';
import { chooseStep } from '../../lib/chart';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
import { addTerm, quote } from '../../lib/queryText';
import { toDate } from '../../lib/time';
import { bucketsOf } from '../latency/series';
import css from './Alerts.module.css';

const HOUR_MS = 36e5;
const MINUTE_MS = 6e4;

/** The hours around an alert: from two before it fired until now, or an hour after it was over. Whole minutes, so that it is asked once. */
function around(alert: Alert): [from: number, to: number] {
  const start = toDate(alert.firing_at !== '0' ? alert.firing_at : (alert.pending_at ?? '0')).getTime() || Date.now();
  const end = alert.resolved_at && alert.resolved_at !== '0' ? Math.min(Date.now(), toDate(alert.resolved_at).getTime() + HOUR_MS) : Date.now();
  return [Math.floor((start - 2 * HOUR_MS) / MINUTE_MS) * MINUTE_MS, Math.ceil(end / MINUTE_MS) * MINUTE_MS];
}

/** How the operations went that the alert is about, and when it changed. */
export function AlertTrend({ alert, history }: { alert: Alert; history: AlertDetail['history'] }) {
  const navigate = useNavigate();
  const { service } = subject(alert);
  const [from, to] = around(alert);
  const q = alertQueryText(alert);
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const step = chooseStep(to - from);
  const result = useQuery(latencyQuery({ ...range, q, service }, step.text, '', false));
  if (!q && !service) return null;
  if (!result.data) return <Section title="Operations"><Answered result={result} name="The operations" rows={3}>{() => null}</Answered></Section>;
  const buckets = bucketsOf(result.data.series);
  const times = buckets.map((b) => b.time);
  const marks = history.filter((t) => t.to === 'firing' || t.to === 'resolved').map((t) => ({ time: toDate(t.at).getTime(), label: t.to })).filter((m) => m.time >= from && m.time <= to);
  const open = (time: number) => {
    const bucket = { from: new Date(time).toISOString(), to: new Date(time + step.ms).toISOString() };
    void navigate({ to: '/operations', search: { ...bucket, q: addTerm(q, 'status = error'), ...(service && { service }) } });
  };
  const slow = alert.type === 'latency';
  const failed = buckets.reduce((n, b) => n + b.failed, 0);
  const shared = { times, step: step.ms, from, to, marks, markName: 'the alert changed', height: 150, onPick: open };
  const matching = slow ? q : addTerm(q, alert.evidence.fingerprint ? `error.group = ${quote(alert.evidence.fingerprint)}` : 'status = error');
  return (
    <Section title={slow ? 'Duration' : 'Operations'} note={`in steps of ${step.text}`} id="alert-trend">
      {slow
        ? <TimeChart {...shared} label="p95 around the alert" lines={[{ name: 'p95', colour: 'var(--svc-6)', values: buckets.map((b) => b.p95) }]} format={formatDuration} limit={alert.threshold * 1e9} />
        : <TimeChart {...shared} label={`${formatCount(failed)} of ${plural(buckets.reduce((n, b) => n + b.count, 0), 'operation')} failed around the alert`} kind="bars" format={formatCount}
            lines={[{ name: 'ok', colour: 'var(--bar)', values: buckets.map((b) => b.count - b.failed) }, { name: 'error', colour: 'var(--error-solid)', values: buckets.map((b) => b.failed) }]} />}
      <p className={css.matching}><Link to="/operations" search={{ ...range, q: matching, ...(service && { service }) }}>The operations behind it</Link></p>
    </Section>
  );
}
