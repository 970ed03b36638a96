import { useState } from 'react';
import button from './Button.module.css';
import css from './JsonTree.module.css';
import { Value } from './Value';

const STEP = 100;
const OPEN_DEPTH = 4;

/** JSON as a tree that opens where it is clicked; what is closed is not rendered. */
export function JsonTree({ value, label }: { value: object; label: string }) {
  return <div className={css.tree} aria-label={label} role="group"><Entries value={value} depth={0} /></div>;
}

function Entries({ value, depth }: { value: object; depth: number }) {
  const [shown, setShown] = useState(STEP);
  const entries = Object.entries(value) as [string, unknown][];
  const rest = entries.length - shown;
  return (
    <ul>
      {entries.slice(0, shown).map(([key, item]) => <Entry key={key} name={key} value={item} depth={depth} />)}
      {rest > 0 && (
        <li><button type="button" className={button.link} onClick={() => setShown(shown + STEP)}>{`${rest} more`}</button></li>
      )}
    </ul>
  );
}

function Entry({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  if (typeof value !== 'object' || value === null) {
    return <li><span className={css.key}><bdi>{name}</bdi></span> <Value value={value} name={name} /></li>;
  }
  const count = Object.keys(value).length;
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className={css.key}><bdi>{name}</bdi></span>{' '}
          <span className={css.count}>{Array.isArray(value) ? `[${count}]` : `{${count}}`}</span>
        </summary>
        {open && <Entries value={value} depth={depth + 1} />}
      </details>
    </li>
  );
}
