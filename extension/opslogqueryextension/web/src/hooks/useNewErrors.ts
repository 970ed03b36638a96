import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { aggregateQuery } from '../api/explore';
import type { Operation } from '../api/types';
import { isNewError, newErrorsFilter, newUntil } from '../lib/newErrors';
import { useStatus } from './useStatus';

const NOTHING = { q: '', from: '', to: '' };

/** Tells of operations whether their error was new. It is asked for beside them; until then nothing is new. */
export function useNewErrors(rows: readonly Operation[]): (op: Operation) => boolean {
  const longest = useStatus().status?.limits.max_range;
  const filter = useMemo(() => (longest === undefined ? null : newErrorsFilter(rows, longest)), [rows, longest]);
  const { data } = useQuery({ ...aggregateQuery(filter ?? NOTHING, 'table'), enabled: filter !== null, placeholderData: keepPreviousData, retry: false });
  const until = useMemo(() => newUntil(data), [data]);
  return useCallback((op) => isNewError(op, until), [until]);
}
