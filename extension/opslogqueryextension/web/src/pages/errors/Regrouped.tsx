import { type ReactNode, useState } from 'react';
import button from '../../components/Button.module.css';
import css from './Errors.module.css';
import type { useRegroup } from './useRegroup';

/** What was put together or apart, with the way back; or why it was not. */
export function Regrouped({ done, problem, busy }: Pick<ReturnType<typeof useRegroup>, 'done' | 'problem' | 'busy'>) {
  return (
    <>
      {done && <p className={css.done} role="status" data-testid="regrouped">{done.text} <button type="button" className={button.link} disabled={busy} onClick={() => void done.undo()}>Undo</button></p>}
      {problem && <p className={css.problem} role="alert">{problem}</p>}
    </>
  );
}

interface AskedProps {
  label: string;
  /** Why it cannot be done now. */
  unable?: string | undefined;
  busy: boolean;
  /** What happens, before it does. */
  children: ReactNode;
  onSure: () => void;
}

/** A button that says what it will do, and does it when that is confirmed. */
export function Asked({ label, unable, busy, children, onSure }: AskedProps) {
  const [asking, setAsking] = useState(false);
  if (!asking) return <button type="button" className={button.button} disabled={busy || unable !== undefined} title={unable} onClick={() => setAsking(true)}>{label}…</button>;
  return (
    <span className={css.asked} role="group" aria-label={label} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); setAsking(false); } }}>
      <span>{children}</span>
      <button type="button" className={button.primary} autoFocus disabled={busy} onClick={() => { setAsking(false); onSure(); }}>{label}</button>
      <button type="button" className={button.button} onClick={() => setAsking(false)}>Cancel</button>
    </span>
  );
}
