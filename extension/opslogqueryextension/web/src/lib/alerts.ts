// Alerts in words.
import type { Alert } from '../api/alerts';
import { formatDuration } from './duration';
import { words } from './text';

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
