import { Link } from '@tanstack/react-router';
import { CloudOff, SearchX } from 'lucide-react';
import { ApiError, isNotFound } from '../../api/errors';
import button from '../../components/Button.module.css';
import { State } from '../../components/States';
import { useNow } from '../../hooks/useNow';
import { useStatus } from '../../hooks/useStatus';
import { formatMoment } from '../../lib/time';
import css from './OperationPage.module.css';

/** Why an operation cannot be shown. */
export function NotStored({ error, again, retry }: { error: Error; again: boolean; retry: () => void }) {
  const oldest = useStatus().status?.store.oldest;
  const now = useNow(30_000);
  if (!isNotFound(error)) {
    return (
      <State icon={CloudOff} title={error instanceof ApiError ? error.problem.title : 'The operation could not be read'} tone="error" testId="operation-error">
        <p>{error.message}</p>
        <button type="button" className={button.button} onClick={retry}>Try again</button>
      </State>
    );
  }
  return (
    <State icon={SearchX} title="This operation is not stored" testId="not-stored">
      <ul className={css.reasons}>
        <li>It is older than what is kept{oldest && oldest !== '0' ? <>: the oldest operation began {formatMoment(oldest, now)}</> : null}.</li>
        <li>It has not arrived yet, or is still running.</li>
        <li>The id is wrong.</li>
      </ul>
      {again ? <p role="status">Looking again…</p> : <button type="button" className={button.button} onClick={retry}>Look again</button>}
      <p><Link to="/operations">Go to the operations</Link></p>
    </State>
  );
}
