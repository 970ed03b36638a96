import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams, useSearch } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { traceByIdQuery } from '../../api/queries';
import { Skeleton, State } from '../../components/States';
import css from './Go.module.css';

/** The address that other tools know for a trace: the operation that began it, with the whole trace on its timeline. */
export function TracePage() {
  const { traceId } = useParams({ from: '/trace/$traceId' });
  const search = useSearch({ from: '/trace/$traceId' });
  const trace = useQuery({ ...traceByIdQuery(traceId), retry: false });
  const items = trace.data?.items ?? [];
  const first = items.find((op) => !op.parent_operation_id) ?? items[0];
  if (first) return <Navigate to="/operations/$operationId" params={{ operationId: first.operation_id }} search={search} replace />;
  if (trace.isPending) return <Skeleton rows={8} height={44} />;
  return (
    <div className={css.page}>
      <State icon={SearchX} title="Nothing of this trace is stored" testId="no-trace"><p>{trace.error?.message ?? 'It is older than what is kept, has not arrived yet, or the id is wrong.'}</p></State>
    </div>
  );
}
