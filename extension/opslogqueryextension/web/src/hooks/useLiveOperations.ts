import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';
import { type ListFilter, newestQuery, operationsQuery } from '../api/queries';
import type { OperationPage } from '../api/types';
import { compareNewest, takeNewest, takeRevisions } from '../lib/merge';

const EVERY_MS = 2_000;
/** Above this the list starts again with its newest page, which at its top looks the same. */
const KEEP_ROWS = 500;

interface Options {
  /** Ask at all. */
  enabled: boolean;
  /** Ask for new operations. */
  live: boolean;
  /** Somebody reads: count new operations instead of moving rows. */
  held: boolean;
}

/** The pages of a list, refreshed from the top without ever moving what is being read. */
export function useLiveOperations(filter: ListFilter, { enabled, live, held }: Options) {
  const cache = useQueryClient();
  const list = useInfiniteQuery({ ...operationsQuery(filter), enabled, placeholderData: (previous) => previous });
  const settled = list.isSuccess && !list.isPlaceholderData;
  const newest = useQuery({ ...newestQuery(filter), enabled: enabled && live && settled, refetchInterval: live ? EVERY_MS : false });
  const page = live && settled ? newest.data : undefined;
  const pages = list.data?.pages;

  const update = useCallback(
    (change: (pages: OperationPage[]) => OperationPage[]) =>
      cache.setQueryData<InfiniteData<OperationPage>>(operationsQuery(filter).queryKey, (data) => {
        if (!data) return data;
        const next = change(data.pages);
        return next === data.pages ? data : { pages: next, pageParams: data.pageParams.slice(0, next.length) };
      }),
    [cache, filter],
  );

  /** Takes in all that is new. */
  const catchUp = useCallback(() => {
    if (!page) return;
    update((before) => {
      const rows = before.reduce((n, p) => n + p.items.length, 0);
      return compareNewest(before, page).more || rows > KEEP_ROWS ? [page] : takeNewest(before, page);
    });
  }, [page, update]);

  const waiting = useMemo(() => (page && pages ? compareNewest(pages, page) : { fresh: 0, more: false }), [page, pages]);

  useEffect(() => {
    if (!page) return;
    if (!held && waiting.fresh > 0) catchUp();
    else update((before) => takeRevisions(before, page));
  }, [page, held, waiting.fresh, catchUp, update]);

  return { ...list, waiting, catchUp };
}
