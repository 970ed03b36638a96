import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { againAfter, isBusy } from '../api/errors';
import { statusQuery } from '../api/queries';

const FAST_MS = 2_000;
const SLOW_MS = 15_000;
const LONGEST_MS = 30_000;

/** The server's status: asked often while nothing is stored, with growing pauses while it does not answer. */
export function useStatus() {
  const status = useQuery({
    ...statusQuery(),
    retry: true,
    retryDelay: (failures, error) => againAfter(error) ?? Math.min(1_000 * 2 ** failures, LONGEST_MS),
    refetchInterval: (query) => (query.state.data?.store.operations ? SLOW_MS : FAST_MS),
  });
  return { status: status.data, gone: status.failureCount > 0 && !isBusy(status.failureReason), reason: status.failureReason, retry: status.refetch };
}

/** Asks again for all that failed, once the server is back. */
export function useRecovery(gone: boolean) {
  const cache = useQueryClient();
  const before = useRef(gone);
  useEffect(() => {
    if (before.current && !gone) void cache.refetchQueries({ predicate: (query) => query.state.status === 'error' });
    before.current = gone;
  }, [gone, cache]);
}
