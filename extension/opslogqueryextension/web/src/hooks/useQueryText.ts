import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Scope, checkQuery, completeQuery } from '../api/explore';
import type { Range } from '../lib/range';
import { useDebounced } from './useDebounced';

const REST_MS = 180;

/** What the server says of a query while it is typed: what is wrong with it, and what may stand where the caret is. */
export function useQueryText(text: string, caret: number, range: Range, editing: boolean, scope?: Scope) {
  const cache = useQueryClient();
  const rested = useDebounced(text, REST_MS);
  const restedCaret = useDebounced(caret, REST_MS);
  const settled = rested === text && restedCaret === caret;
  const check = useQuery({ ...checkQuery(rested, scope), enabled: editing && rested.trim() !== '' });
  const complete = useQuery({ ...completeQuery(rested, restedCaret, range, scope), enabled: editing && settled && restedCaret <= rested.length, placeholderData: keepPreviousData });
  return {
    errors: rested === text && text.trim() !== '' ? (check.data?.errors ?? []) : [],
    completion: settled && !complete.isPlaceholderData ? complete.data : undefined,
    /** Asks at once, for what is about to be run. */
    check: (query: string) => cache.query(checkQuery(query, scope)),
  };
}
