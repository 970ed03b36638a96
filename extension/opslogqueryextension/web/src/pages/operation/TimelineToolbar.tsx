import { ChevronsDownUp, ChevronsUpDown, ZoomIn, ZoomOut } from 'lucide-react';
import button from '../../components/Button.module.css';
import { ServiceName } from '../../components/ServiceName';
import { formatDuration } from '../../lib/duration';
import { plural } from '../../lib/number';
import type { Tree } from '../../lib/tree';
import css from './TimelineToolbar.module.css';

interface Props {
  tree: Tree;
  logs: number;
  orphans: number;
  zoomed: boolean;
  /** To the operation's own span; absent where it is not here. */
  onEntry: (() => void) | undefined;
  onFoldAll: (close: boolean) => void;
  onZoom: (factor: number) => void;
  onReset: () => void;
}

export function TimelineToolbar({ tree, logs, orphans, zoomed, onEntry, onFoldAll, onZoom, onReset }: Props) {
  return (
    <div className={css.bar}>
      <p className={css.facts}>
        <span>Trace of {formatDuration(tree.duration)}</span><span>{plural(tree.spans.length, 'span')}</span>
        {tree.errors > 0 && <span className={css.errors}>{plural(tree.errors, 'error')}</span>}
        {logs > 0 && <span>{plural(logs, 'log record')}</span>}
        {orphans > 0 && <span className={css.orphans} title="Their parent spans are not here: not kept, not instrumented, or still on the way">{plural(orphans, 'span')} without parent</span>}
      </p>
      <ul className={css.services} aria-label="Services">{tree.services.slice(0, 12).map((name) => <li key={name}><ServiceName name={name} /></li>)}</ul>
      <span className={css.buttons}>
        {onEntry && <button type="button" className={button.link} onClick={onEntry} title="Select the span that began it, and zoom to it">This operation</button>}
        {zoomed && <button type="button" className={button.link} onClick={onReset}>Reset zoom</button>}
        <button type="button" className={button.bare} title="Zoom in (+)" aria-label="Zoom in" onClick={() => onZoom(0.5)}><ZoomIn size={14} aria-hidden /></button>
        <button type="button" className={button.bare} title="Zoom out (-)" aria-label="Zoom out" onClick={() => onZoom(2)}><ZoomOut size={14} aria-hidden /></button>
        <button type="button" className={button.bare} title="Unfold all ([)" aria-label="Unfold all" onClick={() => onFoldAll(false)}><ChevronsUpDown size={14} aria-hidden /></button>
        <button type="button" className={button.bare} title="Fold all (])" aria-label="Fold all" onClick={() => onFoldAll(true)}><ChevronsDownUp size={14} aria-hidden /></button>
      </span>
    </div>
  );
}
