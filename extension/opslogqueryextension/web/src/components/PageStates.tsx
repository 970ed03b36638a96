import { Link } from '@tanstack/react-router';
import { CircleAlert, Compass } from 'lucide-react';
import button from './Button.module.css';
import { State } from './States';

export function PageNotFound() {
  return (
    <State icon={Compass} title="There is no such page" testId="no-page">
      <p><Link to="/operations">Go to the operations</Link></p>
    </State>
  );
}

/** A page that broke, most likely on a chunk that an update has replaced. */
export function PageError({ error }: { error: unknown }) {
  return (
    <State icon={CircleAlert} title="This page could not be shown" tone="error" testId="page-error">
      <p>{error instanceof Error ? error.message : String(error)}</p>
      <button type="button" className={button.button} onClick={() => location.reload()}>Reload</button>
    </State>
  );
}
