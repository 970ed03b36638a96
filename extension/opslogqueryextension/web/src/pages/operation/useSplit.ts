import { type HTMLAttributes, type KeyboardEvent, type PointerEvent, type RefObject, useState } from 'react';
import { readPreference, writePreference } from '../../lib/storage';

const [LEAST, MOST] = [15, 75];
const clamp = (share: number) => Math.min(MOST, Math.max(LEAST, Math.round(share * 10) / 10));

/** The part of the width, in per cent, that names take; the handle moves it by pointer and by arrow keys. */
export function useSplit(box: RefObject<HTMLElement | null>): { share: number; handle: HTMLAttributes<HTMLElement> } {
  const [share, setShare] = useState(() => clamp(Number(readPreference('split')) || (window.innerWidth < 700 ? 50 : 40)));
  const set = (value: number) => {
    setShare(clamp(value));
    writePreference('split', String(clamp(value)));
  };
  const handle: HTMLAttributes<HTMLElement> = {
    role: 'separator', tabIndex: 0, 'aria-label': 'Width of the names', 'aria-orientation': 'vertical', 'aria-valuenow': Math.round(share),
    'aria-valuemin': LEAST, 'aria-valuemax': MOST,
    onPointerDown: (event: PointerEvent<HTMLElement>) => event.currentTarget.setPointerCapture(event.pointerId),
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const area = box.current?.getBoundingClientRect();
      if (area && event.currentTarget.hasPointerCapture(event.pointerId)) set((100 * (event.clientX - area.left)) / area.width);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const by = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      set(share + by);
    },
  };
  return { share, handle };
}
