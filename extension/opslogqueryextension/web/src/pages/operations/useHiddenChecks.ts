import { useQuery } from '@tanstack/react-query';
import { aggregateQuery } from '../../api/explore';
import type { ListFilter } from '../../api/queries';
import { HEALTH } from '../../lib/listQuery';

/** How many health checks a range has; nothing while they are shown. */
export function useHiddenChecks({ from, to }: ListFilter, shown: boolean): number {
  const count = useQuery({ ...aggregateQuery({ from, to, q: `${HEALTH} | count()` }, 'table'), enabled: !shown }).data?.rows?.[0]?.[0];
  return typeof count === 'number' ? count : 0;
}
