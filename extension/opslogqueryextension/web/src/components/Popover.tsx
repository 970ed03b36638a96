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
      {open && <div className={css.panel} role="dialog" aria-label={label} ref={keepInSight}>{children(close)}</div>}
    </div>
  );
}

const MARGIN = 8; // pixels to the edge of the page

/** The panel ends where its button does; where that would put its beginning out of sight, it is moved. */
function keepInSight(panel: HTMLElement | null): void {
  if (!panel) return;
  const hidden = MARGIN - panel.getBoundingClientRect().left;
  if (hidden > 0) panel.style.translate = `${hidden}px 0`;
}
