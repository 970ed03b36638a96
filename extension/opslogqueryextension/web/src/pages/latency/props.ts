import { ApiError } from '../../api/errors';
import type { Filter } from '../../api/pages';
import type { LatencySearch } from '../../lib/pageSearch';
import { useEffect } from 'react';

/** What each view of the page gets. */
export interface ViewProps {
  filter: Filter;
  search: LatencySearch;
  onChange: (part: LatencySearch) => void;
  onInvalid: (invalid: boolean) => void;
}

/** Tells the page whether the server refused the query. */
export function useInvalid(error: Error | null, onInvalid: (invalid: boolean) => void) {
  const invalid = error instanceof ApiError && error.problem.status === 400;
  useEffect(() => onInvalid(invalid), [invalid, onInvalid]);
}

/** Fields by which operations are told apart. */
export const FIELDS = [['name', 'operation'], ['service', 'service'], ['version', 'version'], ['host', 'host'], ['env', 'environment'], ['method', 'method'], ['tenant', 'tenant']] as const;
