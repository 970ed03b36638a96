import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { areKeysOff } from '../hooks/useKeys';
import { writePreference } from '../lib/storage';
import button from './Button.module.css';
import css from './HelpDialog.module.css';

const KEYS: readonly [keys: string, action: string][] = [
  ['/', 'Go to the query bar; Alt ↑ brings back earlier queries, Ctrl Enter runs in a new tab'],
  ['Ctrl+K', 'Go anywhere: pages, services, saved queries, an id'],
  ['g o', 'Go to operations; g e errors, g a alerts, g m map, g l latency, g q quality, g c commands, g s settings'],
  ['j k', 'Next or previous row; the arrow keys do the same'],
  ['Enter', 'Open the selected row; Shift Enter looks into it beside the list'],
  ['s', 'Rows of the list: operations or spans'],
  ['x', 'Mark a row; two marked rows can be compared'],
  ['y', 'Copy a link to the selected row or span'],
  ['Space', 'Live: pause or go on'],
  ['e E', 'Next or previous error'],
  ['w f t', 'Spans as timeline, flame graph or table'],
  ['c', 'Timeline: critical path on or off'],
  ['← →', 'Timeline: fold, unfold, go to parent or child'],
  ['[ ]', 'Timeline: unfold all, fold all'],
  ['+ - 0', 'Timeline: zoom in, out, reset'],
  ['n N', 'Timeline: next or previous span found'],
  ['Esc', 'Leave, deselect, go back'],
  ['?', 'This help'],
];

const QUERIES: readonly [query: string, meaning: string][] = [
  ['status = error AND service = checkout', 'failed operations of one service'],
  ['duration > 1s', 'slow ones'],
  ['endpoint = /api/users AND method = POST', 'one endpoint'],
  ['kind = command AND user.id = 8812', 'what a user changed'],
  ['error.message CONTAINS timeout', 'text in a field'],
  ['http.status >= 500 OR error.type = TimeoutError', 'either of two'],
];

export function HelpDialog({ close, version }: { close: () => void; version: string | undefined }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [keys, setKeys] = useState(() => !areKeysOff());
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className={css.dialog} aria-labelledby="help-title" onClose={close}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}>
      <div className={css.content}>
        <header>
          <h1 id="help-title">Help</h1>
          <button type="button" className={button.bare} aria-label="Close" onClick={() => dialog.current?.close()}><X size={16} aria-hidden /></button>
        </header>
        <h2>Keys</h2>
        <dl>{KEYS.map(([keys, action]) => <div key={keys}><dt>{keys.split(' ').map((k) => <kbd key={k}>{k}</kbd>)}</dt><dd>{action}</dd></div>)}</dl>
        <label className={css.keys}><input type="checkbox" checked={keys} onChange={() => { writePreference('keys', keys ? 'off' : 'on'); setKeys(!keys); }} />Single letters are keys (Ctrl+K, Enter, Esc and the arrows always are)</label>
        <h2>Queries</h2>
        <dl>{QUERIES.map(([query, meaning]) => <div key={query}><dt><Link to="/operations" search={{ q: query }} onClick={close}><code>{query}</code></Link></dt><dd>{meaning}</dd></div>)}</dl>
        <p className={css.version}>opslog {version ?? ''}</p>
      </div>
    </dialog>
  );
}
