// A list that refreshes: the newest page is laid over the pages that are there.
import type { Operation, OperationPage } from '../api/types';
import { compareNs } from './time';

/** Newest first, then by id, both descending: the order of the API. */
export function newestFirst(a: Operation, b: Operation): number {
  return compareNs(b.start_time, a.start_time) || (a.operation_id < b.operation_id ? 1 : a.operation_id > b.operation_id ? -1 : 0);
}

export interface Merge {
  /** Operations that the pages do not hold yet. */
  fresh: number;
  /** There may be more new ones than the newest page holds. */
  more: boolean;
}

/** What the newest page has that the pages have not. */
export function compareNewest(pages: OperationPage[], newest: OperationPage): Merge {
  const known = new Set(pages.flatMap((p) => p.items.map((op) => op.operation_id)));
  const fresh = newest.items.filter((op) => !known.has(op.operation_id)).length;
  return { fresh, more: fresh > 0 && fresh === newest.items.length && newest.next_cursor !== null };
}

/** Takes later revisions of operations that are shown already; the pages themselves where there are none. */
export function takeRevisions(pages: OperationPage[], newest: OperationPage): OperationPage[] {
  const later = new Map(newest.items.map((op) => [op.operation_id, op]));
  const newer = (op: Operation) => {
    const next = later.get(op.operation_id);
    return next && next.revision > op.revision ? next : op;
  };
  const result = pages.map((page) => ({ ...page, items: page.items.map(newer) }));
  const changed = result.some((page, p) => page.items.some((op, i) => op !== pages[p]?.items[i]));
  return changed ? result : pages;
}

/** Puts the newest page's new operations where they belong. Not for a newest page with more behind it. */
export function takeNewest(pages: OperationPage[], newest: OperationPage): OperationPage[] {
  const known = new Set(pages.flatMap((p) => p.items.map((op) => op.operation_id)));
  const fresh = newest.items.filter((op) => !known.has(op.operation_id));
  const [first, ...rest] = takeRevisions(pages, newest);
  if (!first || fresh.length === 0) return first ? [first, ...rest] : [newest];
  return [{ ...first, items: [...fresh, ...first.items].sort(newestFirst) }, ...rest];
}
