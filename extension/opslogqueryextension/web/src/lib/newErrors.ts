// Which of the operations that are shown failed with an error that was new.
import type { Operation, Rows } from '../api/types';
import { quote } from './queryText';

const HOUR = 3_600_000_000_000n;
/** So that the text of the question stays short. */
const MOST = 300;

/** What is asked of the server, and when; null where nothing failed. Whole hours, so that a row more is the same question. */
export function newErrorsFilter(rows: readonly Operation[], longest: number) {
  const failed = rows.filter((op) => op.error_fingerprint);
  if (failed.length === 0) return null;
  const starts = failed.map((op) => BigInt(op.start_time));
  const first = starts.reduce((a, b) => (b < a ? b : a)) / HOUR;
  const last = starts.reduce((a, b) => (b > a ? b : a)) / HOUR + 1n;
  if (longest > 0 && Number((last - first) * HOUR) > longest) return null;
  const groups = [...new Set(failed.map((op) => op.error_fingerprint as string))].toSorted().slice(0, MOST);
  return { q: `error.group IN (${groups.map(quote).join(', ')}) AND error.new = true | max(time) by service, error.group`, from: String(first * HOUR), to: String(last * HOUR) };
}

const keyOf = (service: unknown, group: unknown) => JSON.stringify([service ?? '', group]);

/** Until when an error was new among what was asked for: operations up to then failed with a new error. */
export function newUntil(answer: Rows | undefined): Map<string, bigint> {
  return new Map((answer?.rows ?? []).filter((row) => row.length === 3 && typeof row[2] === 'string').map(([service, group, last]) => [keyOf(service, group), BigInt(last as string)]));
}

export function isNewError(op: Operation, until: Map<string, bigint>): boolean {
  const last = op.error_fingerprint ? until.get(keyOf(op.service_name, op.error_fingerprint)) : undefined;
  return last !== undefined && BigInt(op.start_time) <= last;
}
