import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type ErrorGroup, type ErrorNote, decideError } from '../../api/pages';
import button from '../../components/Button.module.css';
import { useAnnounce } from '../../hooks/useAnnounce';
import { plural } from '../../lib/number';
import css from './Errors.module.css';
import { Asked, Regrouped } from './Regrouped';
import { useRegroup } from './useRegroup';

/** Decides groups of errors, and has everything that shows them asked again. */
export function useDecide() {
  const cache = useQueryClient();
  const announce = useAnnounce();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const decide = async (groups: readonly ErrorGroup[], decision: ErrorNote) => {
    setBusy(true);
    setProblem('');
    try {
      for (const group of groups) await decideError(group, decision);
      announce(`${plural(groups.length, 'error')}: ${decision.state}`);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    await Promise.all(['errors', 'error'].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    setBusy(false);
  };
  return { decide, problem, busy };
}

/** What can be done with all that is ticked. */
export function Bulk({ groups, enabled, onDone, children }: { groups: readonly ErrorGroup[]; enabled: boolean; onDone: () => void; children: ReactNode }) {
  const { decide, problem, busy } = useDecide();
  const { merge, ...regrouped } = useRegroup();
  const services = new Set(groups.map((g) => g.service));
  const all = async (state: ErrorNote['state']) => {
    await decide(groups, { state });
    onDone();
  };
  return (
    <div className={css.bulk}>
      {children}
      {enabled && groups.length > 0 && (
        <div className={css.actions} role="group" aria-label="What to do with the chosen errors">
          <span>{plural(groups.length, 'error')} chosen</span>
          <button type="button" className={button.button} disabled={busy} onClick={() => void all('resolved')}>Resolve</button>
          <button type="button" className={button.button} disabled={busy} onClick={() => void all('ignored')}>Ignore</button>
          <button type="button" className={button.button} disabled={busy} onClick={() => void all('ongoing')}>Reopen</button>
          {groups.length > 1 && (
            <Asked label="Put together" busy={busy || regrouped.busy} unable={services.size > 1 ? 'Only errors of one service can be put together' : undefined} onSure={() => void merge(groups).then(onDone)}>
              They will be shown, counted and decided about as one error. Their operations stay as they are.
            </Asked>
          )}
        </div>
      )}
      <Regrouped {...regrouped} />
      {problem && <p className={css.problem} role="alert">{problem}</p>}
    </div>
  );
}
