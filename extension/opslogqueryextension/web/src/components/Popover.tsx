import { ChevronDown, type LucideIcon } from 'lucide-react';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useDismiss } from '../hooks/useDismiss';
import button from './Button.module.css';
import css from './Popover.module.css';

interface Props {
  label: string;
  icon: LucideIcon;
  testId?: string;
  children: (close: () => void) => ReactNode;
}

/** A button that opens a small panel below it. */
export function Popover({ label, icon: Icon, testId, children }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  useDismiss(root, open, close);
  return (
    <div className={css.root} ref={root}>
      <button type="button" className={button.button} aria-expanded={open} aria-haspopup="dialog" onClick={() => setOpen(!open)} data-testid={testId}>
        <Icon size={14} aria-hidden /><span className={css.label}>{label}</span><ChevronDown size={13} aria-hidden />
      </button>
      {open && <div className={css.panel} role="dialog" aria-label={label}>{children(close)}</div>}
    </div>
  );
}
