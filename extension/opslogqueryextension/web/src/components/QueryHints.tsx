import { CircleAlert } from 'lucide-react';
import type { Completion, ProblemPart } from '../api/types';
import { formatCount } from '../lib/number';
import button from './Button.module.css';
import css from './QueryBar.module.css';

type Item = Completion['items'][number];

interface Props {
  id: string;
  text: string;
  items: Item[];
  active: number;
  errors: ProblemPart[];
  onAccept: (item: Item) => void;
  onFix: (query: string) => void;
}

/** Below the query bar: what is wrong with the query, and what may stand at the caret. Focus stays in the field. */
export function QueryHints({ id, text, items, active, errors, onAccept, onFix }: Props) {
  const error = errors[0];
  if (items.length === 0 && !error) return null;
  return (
    <div className={css.hints} onMouseDown={(event) => event.preventDefault()}>
      {error && <Mistake error={error} text={text} onFix={onFix} />}
      {items.length > 0 && (
        <ul id={id} role="listbox" aria-label="What may stand here" className={css.items} data-testid="completions">
          {items.map((item, i) => (
            <li key={`${item.kind} ${item.label}`} id={`${id}-${i}`} role="option" aria-selected={i === active} onClick={() => onAccept(item)}
              ref={(element) => { if (i === active) element?.scrollIntoView({ block: 'nearest' }); }}>
              <bdi className={css.label}>{item.label}</bdi>
              <span className={css.detail}>{item.count !== undefined && item.kind === 'value' ? formatCount(item.count) : (item.detail ?? item.kind)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Mistake({ error, text, onFix }: { error: ProblemPart; text: string; onFix: (query: string) => void }) {
  const { fix } = error;
  return (
    <p className={css.mistake} role="status" data-testid="query-mistake">
      <CircleAlert size={14} aria-hidden />
      <span>column {error.column ?? 1}: {error.message}{error.hint ? ` · ${error.hint}` : ''}</span>
      {fix && <button type="button" className={button.button} onClick={() => onFix(text.slice(0, fix.replace[0]) + fix.with + text.slice(fix.replace[1]))}>Use “{fix.with}”</button>}
    </p>
  );
}
