import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../lib/cx';
import css from './States.module.css';

interface StateProps {
  icon: LucideIcon;
  title: string;
  tone?: 'error';
  testId: string;
  children?: ReactNode;
}

/** What stands where content would be: nothing found, nothing yet, something wrong. */
export function State({ icon: Icon, title, tone, testId, children }: StateProps) {
  return (
    <div className={cx(css.state, tone === 'error' && css.error)} data-testid={testId} role={tone === 'error' ? 'alert' : undefined}>
      <Icon size={26} strokeWidth={1.5} aria-hidden />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** One line above content that says what is missing from it. */
export function Notice({ children, testId }: { children: ReactNode; testId?: string }) {
  return <div className={css.notice} data-testid={testId}>{children}</div>;
}

/** Grey lines that keep the place of rows on their way. */
export function Skeleton({ rows, height }: { rows: number; height: number }) {
  return (
    <div aria-busy="true" data-testid="skeleton">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className={css.skeleton} style={{ height }}><span style={{ width: `${30 + ((i * 37) % 55)}%` }} /></div>
      ))}
    </div>
  );
}
