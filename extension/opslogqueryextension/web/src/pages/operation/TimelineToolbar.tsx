import { ChevronsDownUp, ChevronsUpDown, Search, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import button from '../../components/Button.module.css';
import { ServiceName } from '../../components/ServiceName';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
import type { OperationSearch } from '../../lib/search';
import type { Tree } from '../../lib/tree';
import css from './TimelineToolbar.module.css';

interface Props {
  tree: Tree;
  logs: number;
  orphans: number;
  zoomed: boolean;
  view: string;
  find: string;
  /** How many spans match what is looked for; null where nothing is. */
  matches: number | null;
  problem: Error | null;
  only: boolean;
  critical: boolean;
  logRows: boolean;
  /** To the operation's own span; absent where it is not here. */
  onEntry: (() => void) | undefined;
  onFoldAll: (close: boolean) => void;
  onZoom: (factor: number) => void;
  onReset: () => void;
  onSet: (part: OperationSearch) => void;
  onNext: (by: 1 | -1) => void;
}

const VIEWS = [['timeline', 'Timeline', 'w'], ['flame', 'Flame graph', 'f'], ['table', 'Table', 't']] as const;

export function TimelineToolbar(props: Props) {
  const { tree, logs, orphans, zoomed, view, critical, logRows, onEntry, onFoldAll, onZoom, onReset, onSet } = props;
  return (
    <>
      <div className={css.bar}>
        <p className={css.facts}>
          <span>Trace of {formatDuration(tree.duration)}</span><span>{plural(tree.spans.length, tree.derived ? 'operation' : 'span')}</span>
          {tree.errors > 0 && <span className={css.errors}>{plural(tree.errors, 'error')}</span>}
          {logs > 0 && <span>{plural(logs, 'log record')}</span>}
          {orphans > 0 && <span className={css.orphans} title="Their parent spans are not here: not kept, not instrumented, or still on the way">{plural(orphans, 'span')} without parent</span>}
        </p>
        <ul className={css.services} aria-label="Services">{tree.services.slice(0, 12).map((name) => <li key={name}><ServiceName name={name} /></li>)}</ul>
      </div>
      <div className={css.bar}>
        <span className={css.views} role="group" aria-label="Show spans as">
          {VIEWS.map(([id, label, key]) => <button key={id} type="button" aria-pressed={view === id} title={`${label} (${key})`} onClick={() => onSet({ view: id === 'timeline' ? undefined : id })}>{label}</button>)}
        </span>
        <Find {...props} />
        {view === 'timeline' && <label className={css.check} title="c"><input type="checkbox" checked={critical} onChange={() => onSet({ path: critical ? 'off' : undefined })} />critical path</label>}
        {view === 'timeline' && logs > 0 && <label className={css.check}><input type="checkbox" checked={logRows} onChange={() => onSet({ logs: logRows ? undefined : '1' })} />log rows</label>}
        <span className={css.buttons}>
          {onEntry && <button type="button" className={button.link} onClick={onEntry} title="Select the span that began it, and zoom to it">This operation</button>}
          {zoomed && <button type="button" className={button.link} onClick={onReset}>Reset zoom</button>}
          <button type="button" className={button.bare} title="Zoom in (+)" aria-label="Zoom in" onClick={() => onZoom(0.5)}><ZoomIn size={14} aria-hidden /></button>
          <button type="button" className={button.bare} title="Zoom out (-)" aria-label="Zoom out" onClick={() => onZoom(2)}><ZoomOut size={14} aria-hidden /></button>
          <button type="button" className={button.bare} title="Unfold all ([)" aria-label="Unfold all" onClick={() => onFoldAll(false)}><ChevronsUpDown size={14} aria-hidden /></button>
          <button type="button" className={button.bare} title="Fold all (])" aria-label="Fold all" onClick={() => onFoldAll(true)}><ChevronsDownUp size={14} aria-hidden /></button>
        </span>
      </div>
    </>
  );
}

/** Looks for spans by words or by a condition of the query language. */
function Find({ find, matches, problem, only, onSet, onNext }: Props) {
  const [text, setText] = useState(find);
  const [asked, setAsked] = useState(find);
  if (asked !== find) {
    setAsked(find);
    setText(find);
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') event.currentTarget.blur();
    else if (event.key !== 'Enter') return;
    else if (text.trim() === find) onNext(event.shiftKey ? -1 : 1);
    else onSet({ fq: text.trim() || undefined });
    event.preventDefault();
  };
  return (
    <span className={css.find} data-bad={problem !== null || undefined}>
      <Search size={13} aria-hidden />
      <input value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} onBlur={() => { if (text.trim() !== find) onSet({ fq: text.trim() || undefined }); }}
        placeholder="find spans: words, or span.duration > 5ms" aria-label="Find spans" spellCheck={false} data-testid="find-spans" />
      {problem && <span className={css.problem} role="alert" title={problem.message}>{problem.message}</span>}
      {!problem && matches !== null && <span role="status" data-testid="find-count">{formatCount(matches)} found</span>}
      {matches !== null && <label className={css.check}><input type="checkbox" checked={only} onChange={() => onSet({ only: only ? undefined : '1' })} />only these</label>}
    </span>
  );
}
