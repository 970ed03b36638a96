import { Link } from '@tanstack/react-router';
import { CloudOff, SearchX } from 'lucide-react';
import { ApiError, isNotFound } from '../../api/errors';
import button from '../../components/Button.module.css';
import { State } from '../../components/States';

/** Why an operation cannot be shown. */
export function NotStored({ error, again, retry }: { error: Error; again: boolean; retry: () => void }) {
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
      <p>It may be older than what is kept, not have arrived yet, or the id may be wrong.</p>
      {again ? <p role="status">Looking again…</p> : <button type="button" className={button.button} onClick={retry}>Look again</button>}
      <p><Link to="/operations">Go to the operations</Link></p>
    </State>
  );
}
