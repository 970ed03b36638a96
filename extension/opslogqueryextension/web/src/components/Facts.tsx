import { type ReactNode, useState } from 'react';
import { cx } from '../lib/cx';
import button from './Button.module.css';
import css from './Facts.module.css';

/** A fact's name and what it is; left out where that is nothing. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === null || children === '' || children === false) return null;
  return <div className={css.fact}><dt>{name}</dt><dd>{children}</dd></div>;
}

/** Facts side by side. Many of them can be folded to the first few where the screen is small. */
export function Facts({ children, foldable }: { children: ReactNode; foldable?: boolean }) {
  const [open, setOpen] = useState(false);
  if (!foldable) return <dl className={css.facts}>{children}</dl>;
  return (
    <div>
      <dl className={cx(css.facts, !open && css.folded)}>{children}</dl>
      <button type="button" className={cx(button.link, css.more)} aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Fewer facts' : 'All facts'}</button>
    </div>
  );
}
