import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useAnnounce } from '../hooks/useAnnounce';
import css from './Button.module.css';

/** Copies text; label says what, for screen readers and the tooltip. Shown with its words where it has children. */
export function CopyButton({ text, label, children }: { text: string | (() => string); label: string; children?: string }) {
  const [done, setDone] = useState(false);
  const announce = useAnnounce();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      announce('Copied');
      setDone(true);
      setTimeout(() => setDone(false), 1_200);
    } catch {
      announce('The browser did not allow copying');
    }
  };
  const Icon = done ? Check : Copy;
  return (
    <button type="button" className={children ? css.button : css.bare} title={label} aria-label={children ? undefined : label}
      onClick={(event) => { event.stopPropagation(); void copy(); }}>
      <Icon size={13} aria-hidden />{children ? (done ? 'Copied' : children) : null}
    </button>
  );
}
