import { type QueryCache, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { isBusy } from '../api/errors';

const waits = (cache: QueryCache) => cache.findAll({ fetchStatus: 'fetching' }).some((query) => isBusy(query.state.fetchFailureReason));

/** Whether something that was asked waits for a busy server. */
export function useBusy(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore((listener) => cache.subscribe(listener), () => waits(cache));
}
