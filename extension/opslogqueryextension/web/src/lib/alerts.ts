// Alerts in words.
import type { Alert } from '../api/alerts';
import { formatDuration } from './duration';
import { conditionsOf, quote, splitStages } from './queryText';
import { cellText, words } from './text';

const TYPES: Record<Alert['type'], string> = {
  new_error: 'An error never seen before', regression: 'An error that is back', error_rate: 'Too many operations fail', burn_rate: 'The error budget burns', latency: 'Too slow',
  silence: 'Nothing comes any more', destructive: 'Much was deleted or overwritten', query: 'A query found too much',
};

export const typeText = (type: Alert['type']) => TYPES[type];

/** A value of a rule with its unit: a share, a duration, or a number. */
export function valueText(type: Alert['type'], value: number): string {
  if (type === 'error_rate') return `${Number((value * 100).toFixed(1))} %`;
  if (type === 'latency' || type === 'silence') return formatDuration(Math.round(value * 1e9));
  return String(Number(value.toPrecision(4)));
}

const REASONS: Record<string, string> = {
  first_seen: 'An error that was never seen before', regressed: 'A resolved error is back', escalating: 'A known error comes far more often than it used to',
  expected_rate: 'An expected error comes more often than was expected', threshold: 'The value is beyond the limit', for_elapsed: 'The value stayed beyond the limit',
  silent: 'Nothing came when something was due', destructive: 'A command removed more than is usual', storm: 'Too many new errors for one alert each', below: 'The value stayed under the limit',
  not_seen_again: 'It did not happen again', seen_again: 'What was silent spoke', no_traffic: 'There was nothing left to judge by', error_resolved: 'A person decided the error', rule_removed: 'The rule is gone',
};

/** Why an alert is in its state. */
export const reasonText = (reason: string) => REASONS[reason] ?? words(reason);

const SUPPRESSED: Record<string, string> = {
  learning: 'nobody was told: opslog is still learning what is usual', storm: 'nobody was told: too many alerts at once', cascade: 'nobody was told: it follows from another alert', muted: 'nobody is told: it is muted',
};

export const suppressedText = (why: string | undefined) => (why ? (SUPPRESSED[why] ?? words(why)) : '');

/** What it is about: the service and what in it. */
export function subject({ labels, evidence }: Pick<Alert, 'labels' | 'evidence'>): { service: string; what: string } {
  return { service: labels.service ?? labels.service_name ?? '', what: evidence.error_type ? [evidence.error_type, evidence.error_message].filter(Boolean).join(': ') : (labels.operation ?? evidence.operation ?? '') };
}

export function isMuted(alert: Alert, now: Date): boolean {
  return alert.muted_until !== undefined && BigInt(alert.muted_until) > BigInt(now.getTime()) * 1_000_000n;
}

/** A duration as Go writes it, without the units that are nothing: 15m0s is 15 m, 336h0m0s is 14 d. */
export function spanText(text: unknown): string {
  const parts = [...String(text).matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].map(([, n, unit]) => [Number(n), unit] as const).filter(([n]) => n > 0);
  if (parts.length === 1 && parts[0]?.[1] === 'h' && parts[0][0] >= 48 && parts[0][0] % 24 === 0) return `${parts[0][0] / 24} d`;
  return parts.map(([n, unit]) => `${n} ${unit}`).join(' ') || '0 s';
}

type Rule = Record<string, unknown>;

const CONDITIONS: Record<string, (rule: Rule) => string> = {
  new_error: () => 'an error that was never seen before',
  regression: (r) => `an error that is back after it was resolved${r.quiet ? ` or was quiet for ${spanText(r.quiet)}` : ''}, or that comes far more often than it used to`,
  error_rate: (r) => `more than ${share(r.threshold)} fail over ${spanText(r.window)}${r.min_errors ? `, at least ${cellText(r.min_errors)}` : ''}${r.min_requests && r.low_traffic_window ? `; with fewer than ${cellText(r.min_requests)} runs, over ${spanText(r.low_traffic_window)}` : ''}`,
  burn_rate: (r) => `the error budget of ${share(r.objective)} burns too fast`,
  latency: (r) => `p${Number((Number(r.quantile ?? 0.95) * 100).toFixed(1))} is above ${spanText(r.above)} over ${spanText(r.window)}`,
  silence: (r) => (r.every && spanText(r.every) !== '0 s' ? `nothing came for ${spanText(r.every)}` : 'nothing came for longer than is usual'),
  destructive: (r) => `a command removes ${r.min_rows ? `more than ${cellText(r.min_rows)} rows, and ` : ''}far more than is usual`,
  query: (r) => `${cellText(r.query ?? 'the query')} gives more than ${String(r.threshold)} over ${spanText(r.window)}`,
};

const share = (value: unknown) => `${Number((Number(value ?? 0) * 100).toFixed(2))} %`;

/** A rule as a sentence: of what it tells, for whom, and when it is over. */
export function ruleText(rule: Rule): string {
  const condition = CONDITIONS[String(rule.type)]?.(rule) ?? words(String(rule.type));
  const by = Array.isArray(rule.by) && rule.by.length > 0 ? `for each ${rule.by.map(String).join(' and ')}` : '';
  const held = rule.for && spanText(rule.for) !== '0 s' ? `held for ${spanText(rule.for)}` : '';
  const over = rule.keep_firing_for && spanText(rule.keep_firing_for) !== '0 s' ? `resolved after ${spanText(rule.keep_firing_for)} without it` : '';
  return [condition, by, rule.match ? `where ${cellText(rule.match)}` : '', held, over].filter(Boolean).join(', ');
}

/** What an alert looks at, as a query: the operations of its labels. */
export function alertQueryText({ labels, evidence }: Pick<Alert, 'labels' | 'evidence'>): string {
  const name = labels.operation ?? evidence.operation;
  return name ? `name = ${quote(name)}` : '';
}

/** A value as YAML: plain where that is safe, else quoted. */
const asValue = (value: unknown) => (typeof value === 'string' && /^[\w./ -]+$/.test(value) && value.trim() !== '' ? value : JSON.stringify(value));

/** A rule as flat YAML, as the configuration has it. */
export const ruleYAML = (rule: Rule) => Object.entries(rule).map(([key, value]) => `${key}: ${asValue(value)}`).join('\n') + '\n';

const FAILED = /^status\s*=\s*error$/i;

/** A rule that watches for what a query finds: its first number, the share of failures, or that anything matches. */
export function ruleOfQuery(q: string, service: string | undefined): Rule {
  const terms = [...(service ? [`service = ${quote(service)}`] : []), ...conditionsOf(q)];
  const aggregates = splitStages(q)[1].split('|').map((stage) => stage.trim()).filter((stage) => stage !== '' && !/^(sort|limit|fields|where|compare)\b/i.test(stage));
  const name = 'from_a_query';
  if (aggregates.length > 0) return { name, type: 'query', query: [terms.join(' AND '), ...aggregates].join(' | ').trim(), threshold: 0, window: '5m' };
  const others = terms.filter((term) => !FAILED.test(term));
  if (others.length < terms.length) return { name, type: 'error_rate', threshold: 0.05, window: '5m', ...(others.length > 0 && { match: others.join(' AND ') }) };
  return { name, type: 'query', query: `${terms.join(' AND ')} | count()`.trim(), threshold: 0, window: '5m' };
}

const RANK: Record<Alert['state'], number> = { firing: 0, pending: 1, resolved: 2, ok: 3 };

/** What nobody has been told of stands behind what somebody has to look at. */
export function byUrgency(alerts: readonly Alert[]): Alert[] {
  return alerts.toSorted((a, b) => RANK[a.state] - RANK[b.state] || Number(Boolean(a.suppressed)) - Number(Boolean(b.suppressed)) || (BigInt(b.firing_at) > BigInt(a.firing_at) ? 1 : -1));
}
