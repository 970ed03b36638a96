import type { ReactNode } from 'react';
import { useEffect } from 'react';
import css from './Page.module.css';

interface Props {
  title: string;
  /** What the browser's tab says, where it is more. */
  tab?: string | undefined;
  /** Fields that say what is shown. */
  tools?: ReactNode;
  children: ReactNode;
}

/** A page with its name, a row of tools, and content that scrolls. */
export function Page({ title, tab, tools, children }: Props) {
  useEffect(() => {
    document.title = `${tab ?? title} · opslog`;
  }, [title, tab]);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{title}</h1>
        {tools && <div className={css.tools}>{tools}</div>}
      </header>
      <div className={css.scroller}><div className={css.content}>{children}</div></div>
    </div>
  );
}

/** A part of a page with a heading of its own. */
export function Section({ title, note, children, id }: { title: string; note?: ReactNode; children: ReactNode; id?: string }) {
  return (
    <section className={css.section} aria-label={title} data-testid={id}>
      <h2>{title}{note !== undefined && <span className={css.note}>{note}</span>}</h2>
      {children}
    </section>
  );
}
