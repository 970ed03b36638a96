// How an operation ended, in words.
import type { Finding, Operation } from '../api/types';
import { words } from './text';

const GRPC = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS',
  'UNAUTHENTICATED',
];

type Outcome = Pick<Operation, 'status_code' | 'transport'>;

/** The protocol's code: "500", "14 UNAVAILABLE"; empty where there is none. */
export function codeText(op: Outcome): string {
  if (!op.status_code) return '';
  const name = op.transport === 'rpc' ? GRPC[op.status_code] : undefined;
  return name ? `${op.status_code} ${name}` : String(op.status_code);
}

const SEVERITY = ['info', 'warning', 'high'];

export function strongestFinding(findings: Finding[] | undefined): Finding | undefined {
  return findings?.toSorted((a, b) => SEVERITY.indexOf(b.severity) - SEVERITY.indexOf(a.severity))[0];
}

const FINDINGS: Record<string, string> = { n_plus_one: 'N+1', query_that_writes: 'Query that writes', cache_miss: 'Cache miss' };

export function findingName(kind: string): string {
  return FINDINGS[kind] ?? words(kind);
}

export interface What {
  tone: 'error' | 'finding' | 'note';
  title: string;
  text: string;
}

const INCOMPLETE: Record<string, string> = {
  running: 'Still running',
  no_entry: 'Its entry span never came',
  overflow: 'Cut short: it had too many spans',
  shutdown: 'Cut short: the collector stopped',
};

export function incompleteText(reason: string | undefined): string {
  return reason ? (INCOMPLETE[reason] ?? words(reason)) : 'Incomplete';
}

/** The one thing most worth saying about an operation in a list, or null. */
export function what(op: Operation): What | null {
  if (op.status === 'error') {
    const text = op.error_message ?? op.status_message ?? '';
    return { tone: 'error', title: op.error_type ?? '', text };
  }
  const finding = strongestFinding(op.findings);
  if (finding) return { tone: 'finding', title: findingName(finding.kind), text: finding.evidence };
  if (!op.complete) return { tone: 'note', title: incompleteText(op.incomplete_reason), text: '' };
  return null;
}
