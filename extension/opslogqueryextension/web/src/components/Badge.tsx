import type { ReactNode } from 'react';
import { cx } from '../lib/cx';
import css from './Badge.module.css';

interface Props {
  tone?: 'plain' | 'accent' | 'warn' | 'error';
  title?: string;
  children: ReactNode;
}

export function Badge({ tone = 'plain', title, children }: Props) {
  return <span className={cx(css.badge, css[tone])} title={title}>{children}</span>;
}

/** Whether an operation reads or changes state. */
export function KindBadge({ kind }: { kind: string | undefined }) {
  if (kind === 'command') return <Badge tone="accent" title="Changes state">command</Badge>;
  if (kind === 'query') return <Badge title="Reads only">query</Badge>;
  return <Badge title="Not known whether it changes state">unknown</Badge>;
}
