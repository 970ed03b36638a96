import { useQueries } from '@tanstack/react-query';
import { aggregateQuery } from '../api/explore';
import type { ListFilter } from '../api/queries';
import { conditionsOf } from '../lib/queryText';

const MOST = 5;

/** How many operations each condition of a query selects by itself: which one leaves nothing is then plain. */
export function useClauseCounts(q: string, { from, to }: ListFilter): { term: string; count: number | null }[] {
  const terms = conditionsOf(q).slice(0, MOST);
  const counts = useQueries({ queries: terms.map((term) => aggregateQuery({ from, to, q: `${term} | count()` }, 'table')) });
  return terms.map((term, i) => {
    const count = counts[i]?.data?.rows?.[0]?.[0];
    return { term, count: typeof count === 'number' ? count : null };
  });
}
