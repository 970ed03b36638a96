import { useEffect, useRef } from 'react';

/** Ctrl+K or ⌘K, wherever the focus is, unless a dialog is open. */
export function usePaletteKey(open: () => void) {
  const run = useRef(open);
  useEffect(() => {
    run.current = open;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      run.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
