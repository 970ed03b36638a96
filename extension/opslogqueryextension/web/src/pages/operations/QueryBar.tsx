import { Search, X } from 'lucide-react';
import { useRef, useState } from 'react';
import button from '../../components/Button.module.css';
import { useKeys } from '../../hooks/useKeys';
import { cx } from '../../lib/cx';
import css from './QueryBar.module.css';

interface Props {
  query: string;
  /** The server found a mistake in it. */
  invalid: boolean;
  onSubmit: (query: string) => void;
}

/** The query as text; the server is its only parser. */
export function QueryBar({ query, invalid, onSubmit }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  useKeys({ '/': () => input.current?.select() });
  const clear = () => {
    setText('');
    onSubmit('');
  };
  return (
    <form className={cx(css.bar, invalid && css.invalid)} role="search" onSubmit={(event) => { event.preventDefault(); onSubmit(text.trim()); }}>
      <Search size={15} aria-hidden />
      <input ref={input} className={css.input} value={text} onChange={(event) => setText(event.target.value)} aria-label="Query" aria-invalid={invalid} data-testid="query"
        placeholder="status = error AND duration > 1s" spellCheck={false} autoComplete="off" autoCapitalize="off" enterKeyHint="search" maxLength={16384}
        onKeyDown={(event) => { if (event.key === 'Escape') input.current?.blur(); }} />
      {text !== '' && <button type="button" className={button.bare} aria-label="Clear the query" onClick={clear}><X size={14} aria-hidden /></button>}
      <kbd className={css.hint} aria-hidden>/</kbd>
    </form>
  );
}
