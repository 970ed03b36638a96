import { Search, X } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, type SyntheticEvent, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Scope } from '../api/explore';
import type { Completion, ProblemPart } from '../api/types';
import { useKeys } from '../hooks/useKeys';
import { useQueryText } from '../hooks/useQueryText';
import { cx } from '../lib/cx';
import { recallQueries, rememberQuery } from '../lib/history';
import type { Range } from '../lib/range';
import button from './Button.module.css';
import css from './QueryBar.module.css';
import { QueryHints } from './QueryHints';

type Item = Completion['items'][number];

interface Props {
  query: string;
  range: Range;
  /** The server refused it. */
  invalid: boolean;
  placeholder?: string;
  scope?: Scope;
  /** Runs a query; a pasted block may bring the beginning of its range. */
  onSubmit: (query: string, from?: string) => void;
}

/** The query as text. The server reads it, says what is wrong where, and what may stand at the caret. */
export function QueryBar({ query, range, invalid, placeholder = 'status = error AND duration > 1s', scope, onSubmit }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const [caret, setCaret] = useState(query.length);
  const [editing, setEditing] = useState(false);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [scroll, setScroll] = useState(0);
  const [past, setPast] = useState(0);
  const list = useId();
  const { errors, completion, check } = useQueryText(text, caret, range, editing, scope);
  const items = open ? (completion?.items ?? []) : [];
  useKeys({ '/': () => input.current?.select() });

  // At once: a caret that is set later would land in the middle of what is typed meanwhile.
  const put = (next: string, at = next.length) => {
    flushSync(() => { setText(next); setCaret(at); setActive(-1); });
    input.current?.setSelectionRange(at, at);
  };
  const accept = (item: Item) => {
    if (!completion) return;
    const [head, tail] = [text.slice(0, completion.from), text.slice(completion.to)];
    const space = tail === '' && !/[(\s]$/.test(item.insert) ? ' ' : '';
    put(head + item.insert + space + tail, head.length + item.insert.length + space.length);
    input.current?.focus();
  };
  const run = async (typed: string, newTab = false) => {
    const said = typed === '' ? null : await check(typed).catch(() => null);
    if (said && said.errors.length > 0) { setOpen(true); return; }
    const next = said?.from || said?.normalised.includes('|') ? said.normalised : typed;
    rememberQuery(next);
    setOpen(false);
    if (newTab) {
      const url = new URL(location.href);
      url.searchParams.set('q', next);
      window.open(url, '_blank', 'noopener');
      return;
    }
    put(next);
    onSubmit(next, said?.from);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void run(text.trim());
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text/plain').trim();
    if (!pasted.includes('\n')) return;
    event.preventDefault();
    void check(pasted).then((said) => {
      put(said.errors.length > 0 ? pasted.replaceAll(/\s*\n\s*/g, ' ') : said.normalised);
      if (said.errors.length === 0) onSubmit(said.normalised, said.from);
    });
  };
  const walk = (by: number) => {
    const queries = recallQueries();
    const next = Math.min(queries.length, Math.max(0, past + by));
    setPast(next);
    put(next === 0 ? query : (queries[next - 1] ?? ''));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    const chosen = items[active];
    if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) walk(key === 'ArrowUp' ? 1 : -1);
    else if (key === 'ArrowDown' && items.length > 0) setActive((active + 1) % items.length);
    else if (key === 'ArrowUp' && items.length > 0) setActive((active <= 0 ? items.length : active) - 1);
    else if (key === ' ' && ctrlKey) setOpen(true);
    else if (key === 'Tab' && chosen && !event.shiftKey) accept(chosen);
    else if (key === 'Enter' && (ctrlKey || metaKey)) void run(text.trim(), true);
    else if (key === 'Enter' && chosen) accept(chosen);
    else if (key === 'Escape' && open && items.length > 0) setOpen(false);
    else if (key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
  };
  const clear = () => {
    put('');
    onSubmit('');
  };
  const moved = () => {
    setCaret(input.current?.selectionStart ?? text.length);
    setScroll(input.current?.scrollLeft ?? 0);
  };
  return (
    <form className={cx(css.bar, (invalid || errors.length > 0) && css.invalid)} role="search" onSubmit={submit}>
      <Search size={15} aria-hidden />
      <span className={css.field}>
        <Marked text={text} errors={errors} scroll={scroll} />
        <input ref={input} className={css.input} value={text} aria-label="Query" aria-invalid={invalid || errors.length > 0} data-testid="query" placeholder={placeholder}
          role="combobox" aria-expanded={items.length > 0} aria-autocomplete="list" aria-controls={list} aria-activedescendant={active >= 0 && items[active] ? `${list}-${active}` : undefined}
          spellCheck={false} autoComplete="off" autoCapitalize="off" enterKeyHint="search" maxLength={16384}
          onChange={(event) => { setText(event.target.value); setCaret(event.target.selectionStart ?? 0); setActive(-1); setOpen(true); }}
          onKeyDown={onKeyDown} onSelect={moved} onScroll={moved} onPaste={paste} onFocus={() => setEditing(true)} onBlur={() => { setEditing(false); setOpen(false); }} />
      </span>
      {text !== '' && <button type="button" className={button.bare} aria-label="Clear the query" onClick={clear}><X size={14} aria-hidden /></button>}
      <kbd className={css.hint} aria-hidden>/</kbd>
      {editing && <QueryHints id={list} text={text} items={items} active={active} errors={errors} onAccept={accept} onFix={(fixed) => put(fixed)} />}
    </form>
  );
}

/** The same text below the field's own, invisible but for what underlines the mistakes. */
function Marked({ text, errors, scroll }: { text: string; errors: ProblemPart[]; scroll: number }) {
  const first = errors.find((error) => error.start !== undefined);
  if (first?.start === undefined) return null;
  const wrong = text.slice(first.start, first.end ?? first.start) || ' ';
  return (
    <span className={css.marks} aria-hidden>
      <span style={{ transform: `translateX(${-scroll}px)` }}>{text.slice(0, first.start)}<mark data-testid="squiggle">{wrong}</mark>{text.slice(first.start + wrong.length)}</span>
    </span>
  );
}
