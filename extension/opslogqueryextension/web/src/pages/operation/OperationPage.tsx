import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { againAfter, isBusy, isNotFound } from '../../api/errors';
import { operationQuery } from '../../api/queries';
import { Skeleton } from '../../components/States';
import { useDelayed } from '../../hooks/useDelayed';
import { useKeys } from '../../hooks/useKeys';
import { Attempts } from './Attempts';
import { Findings } from './Findings';
import { Header } from './Header';
import { NotStored } from './NotStored';
import css from './OperationPage.module.css';
import { OperationTabs } from './OperationTabs';
import { TracePath } from './TracePath';

const AGAIN_MS = 2_000;
const TRIES = 5;

export function OperationPage() {
  const { operationId } = useParams({ from: '/operations/$operationId' });
  const list = useRouterState({ select: (state) => state.location.state.list });
  const navigate = useNavigate();
  const result = useQuery({
    ...operationQuery(operationId),
    // It may still be on its way, or still running.
    retry: (failures, error) => (isNotFound(error) || isBusy(error)) && failures < TRIES,
    retryDelay: (_, error) => againAfter(error) ?? AGAIN_MS,
    refetchInterval: (query) => (query.state.data?.complete === false ? AGAIN_MS : false),
  });
  const late = useDelayed(result.isPending);
  const op = result.data;

  useEffect(() => {
    document.title = op ? `${op.name ?? 'Operation'} · ${op.service_name ?? ''} · opslog` : 'Operation · opslog';
  }, [op]);
  useKeys({
    Escape: () => {
      void navigate({ to: '/operations', search: list ?? {} });
    },
  });

  const failure = result.error ?? result.failureReason;
  return (
    <div className={css.scroller} id="page-scroller">
      {op ? (
        <article className={css.page}>
          <Header op={op} list={list} />
          <TracePath op={op} />
          <Attempts op={op} />
          <Findings op={op} />
          <OperationTabs op={op} key={op.operation_id} />
        </article>
      ) : failure ? (
        <NotStored error={failure} again={result.isFetching} retry={() => void result.refetch()} />
      ) : late ? <Skeleton rows={12} height={44} /> : null}
    </div>
  );
}
