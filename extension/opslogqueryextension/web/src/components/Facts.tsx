import type { ReactNode } from 'react';
import css from './Facts.module.css';

/** A fact's name and what it is; left out where that is nothing. */
export function Fact({ name, children, wide }: { name: string; children: ReactNode; wide?: boolean }) {
  if (children === undefined || children === null || children === '' || children === false) return null;
  return <div className={wide ? css.wide : css.fact}><dt>{name}</dt><dd>{children}</dd></div>;
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className={css.facts}>{children}</dl>;
}
