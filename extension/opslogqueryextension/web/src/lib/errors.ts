// States of errors, and what kind of failure they are, in words.
import type { ErrorGroup } from '../api/pages';
import { quote } from './queryText';

export const STATES = ['new', 'escalating', 'regressed', 'ongoing', 'resolved', 'expected', 'ignored'] as const;

export type ErrorState = ErrorGroup['state'];

export const STATE_MEANING: Record<ErrorState, string> = {
  new: 'First seen within the last 24 hours',
  ongoing: 'Known, and still happening',
  escalating: 'Much more frequent than it usually is',
  expected: 'It is known to happen, and alerts only above its limit',
  regressed: 'It was resolved, and happened again after that',
  resolved: 'Resolved, and not seen since',
  ignored: 'Nobody needs to be told of it',
};

/** The fingerprints of a group: several, where people put errors together. */
export const membersOf = ({ fingerprint, members }: Pick<ErrorGroup, 'fingerprint' | 'members'>) => (members && members.length > 0 ? members : [fingerprint]);

/** The condition that holds for the operations of a group. */
export function groupText(group: Pick<ErrorGroup, 'fingerprint' | 'members'>): string {
  const members = membersOf(group).map(quote);
  return members.length === 1 ? `error.group = ${members[0] ?? ''}` : `error.group IN (${members.join(', ')})`;
}

export interface Verdict {
  /** bug, input, dependency or unclear. */
  kind: string;
  title: string;
  text: string;
}

const VERDICTS: Record<string, Verdict> = {
  code: { kind: 'bug', title: 'Bug in the code', text: 'The service itself failed: no call that it made did, and the input was not refused.' },
  input: { kind: 'input', title: 'Caused by the input', text: 'What was sent was refused or broke a rule of the data. Look at the examples’ requests before you look at the code.' },
  dependency: { kind: 'dependency', title: 'A dependency failed', text: 'A call to another service, database or queue failed first, and this failure is what followed.' },
  timeout: { kind: 'dependency', title: 'Ran out of time', text: 'A limit of time was reached before the work was done.' },
  cancelled: { kind: 'unclear', title: 'Cancelled', text: 'The caller went away before the work was done.' },
};

export function verdict(failureClass: string | undefined): Verdict {
  return VERDICTS[failureClass ?? ''] ?? { kind: 'unclear', title: 'Not clear', text: 'The spans do not tell whether the code, the input or a dependency is the cause.' };
}

/** What most operations of an error are of: the class with the largest share, and that share. */
export function mainClass(values: readonly { value?: unknown; count: number }[]): { name: string; share: number } | null {
  const total = values.reduce((n, v) => n + v.count, 0);
  const top = values.toSorted((a, b) => b.count - a.count)[0];
  return top && total > 0 ? { name: String(top.value), share: top.count / total } : null;
}

type Values = readonly { value?: unknown; count: number }[];

export interface Difference {
  field: string;
  value: string;
  /** Of the failed operations, and of those of the same operations that ended well. */
  failed: number;
  ok: number;
}

/** Below this a difference says nothing, and so it is with few failures. */
const TELLING = 0.25;
const FEW = 5;

/** The values that failed operations have far more often than those that ended well, the most telling first. */
export function differences(failed: readonly { name: string; values: Values; missing: number; other: number }[], ok: readonly { name: string; values: Values; missing: number; other: number }[]): Difference[] {
  const total = (f: { values: Values; missing: number; other: number }) => f.values.reduce((n, v) => n + v.count, 0) + f.missing + f.other;
  return failed
    .flatMap((field) => {
      const other = ok.find((f) => f.name === field.name);
      const [mine, theirs] = [total(field), other ? total(other) : 0];
      if (!other || mine < FEW || theirs < FEW) return [];
      const of = (value: unknown) => (other.values.find((v) => v.value === value)?.count ?? 0) / theirs;
      return field.values.map((v) => ({ field: field.name, value: String(v.value), failed: v.count / mine, ok: of(v.value) }));
    })
    .filter((d) => d.failed - d.ok >= TELLING)
    .sort((a, b) => b.failed - b.ok - (a.failed - a.ok));
}

/** The share of runs of its operations that end in an error; null where they are not known. */
export function shareOfRuns({ service, operations, count }: Pick<ErrorGroup, 'service' | 'operations' | 'count'>, runs: ReadonlyMap<string, number>): number | null {
  const all = (operations ?? []).reduce((n, name) => n + (runs.get(`${service} ${name}`) ?? 0), 0);
  return all > 0 ? Math.min(1, count / all) : null;
}

/** How an identity of an error came about, in the order in which opslog tries. */
export function whyGrouped(op: { error_stack?: string; error_type?: string; error_message?: string; name?: string; attributes?: Record<string, unknown> }, frames: readonly string[]): string {
  if (frames.length > 0 && op.error_stack) return 'By the type and the frames of the application’s own code in the stack trace; line numbers, ids and the message do not count.';
  if (op.error_type) return 'By the type, the operation and the message, in which numbers, ids and quoted values do not count. There is no stack trace to go by.';
  return 'By the call or the span that failed and its message, in which numbers, ids and quoted values do not count. There is neither a type nor a stack trace to go by.';
}
