import { useEffect, useRef } from 'react';
import { readPreference } from '../lib/storage';

/** Single letters as keys can be in the way of who speaks to the computer; they can be switched off. */
export const areKeysOff = () => readPreference('keys') === 'off';

export type KeyBindings = Record<string, (event: KeyboardEvent) => void>;

/** What is mounted last is asked first: a part of a page before the page. */
const layers: { current: KeyBindings }[] = [];

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** A control that has a meaning of its own for keys such as Enter. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, [role=tab], [role=separator], summary') !== null;
}

/** Keys never are taken from a field, a control, a dialog, or the browser. */
function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector('dialog[open]') || (event.key.length === 1 && event.key !== ' ' && areKeysOff())) return;
  if (/^(Enter| |Arrow.*)$/.test(event.key) && isControl(event.target)) return;
  const run = layers.findLast((layer) => layer.current[event.key])?.current[event.key];
  if (!run) return;
  event.preventDefault();
  run(event);
}

/** Single keys that work wherever the focus is. */
export function useKeys(bindings: KeyBindings) {
  const layer = useRef(bindings);
  useEffect(() => {
    layer.current = bindings;
  });
  useEffect(() => {
    if (layers.push(layer) === 1) window.addEventListener('keydown', onKey);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) window.removeEventListener('keydown', onKey);
    };
  }, []);
}
