import { useNavigate } from '@tanstack/react-router';
import { useKeys } from '../../hooks/useKeys';
import type { ListSearch } from '../../lib/search';
import css from './ScopeSwitch.module.css';

const SCOPES = [['', 'Operations'], ['spans', 'Spans']] as const;

/** What the rows are. The query and its range stay; what only the other rows have goes. */
export function ScopeSwitch({ search: { q, from, to, scope = '' } }: { search: ListSearch }) {
  const navigate = useNavigate();
  const show = (next: string) => void navigate({ to: '/operations', search: { ...(q && { q }), ...(from && { from }), ...(to && { to }), ...(next && { scope: next }) } });
  useKeys({ s: () => show(scope === 'spans' ? '' : 'spans') });
  return (
    <div className={css.switch} role="group" aria-label="Rows" data-testid="scope">
      {SCOPES.map(([value, label]) => <button key={value} type="button" aria-pressed={value === scope} onClick={() => show(value)}>{label}</button>)}
    </div>
  );
}
