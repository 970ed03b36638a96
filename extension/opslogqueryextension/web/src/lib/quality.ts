// Marks of trace quality in words.
import type { Quality, QualityCheck } from '../api/pages';
import { formatDuration } from './duration';
import { formatCount, formatShare } from './number';

const ORDER: Record<QualityCheck['status'], number> = { fail: 0, warn: 1, pass: 2, unknown: 3 };
const IMPACT: Record<string, number> = { critical: 0, important: 1, normal: 2, low: 3 };

/** What needs doing first: failed before warned, and of those what weighs most. */
export function byUrgency(checks: readonly QualityCheck[]): QualityCheck[] {
  return checks.toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || (IMPACT[a.impact ?? 'normal'] ?? 2) - (IMPACT[b.impact ?? 'normal'] ?? 2) || b.ratio - a.ratio);
}

/** What a check found: "3 of 40 (8 %)", with the value where it has one. */
export function foundText(check: QualityCheck): string {
  const share = check.total > 0 ? `${formatCount(check.failed)} of ${formatCount(check.total)} (${formatShare(check.ratio)})` : '';
  const value = check.value === 0 || !check.unit ? '' : check.unit === 'ns' ? formatDuration(check.value) : `${Number(check.value.toPrecision(3))} ${check.unit}`;
  return [share, value].filter(Boolean).join(' · ') || 'not judged';
}

/** The worst things of a service, for a list of services. */
export function worst(quality: Quality, most = 3): QualityCheck[] {
  return byUrgency(quality.checks).filter((c) => c.status === 'fail' || c.status === 'warn').slice(0, most);
}
