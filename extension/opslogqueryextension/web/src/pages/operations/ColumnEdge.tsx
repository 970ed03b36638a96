import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { WidthControl } from '../../hooks/useWidths';
import { LEAST, MOST, clampWidth } from '../../lib/widths';
import css from './ColumnEdge.module.css';
import type { Column } from './columns';

export const GAP = 12; // pixels between columns; a header's cell reaches over the gap behind it

const STEP = 16;

/** The right edge of a column: dragged, or moved by keys, it makes the column wider or narrower. */
export function ColumnEdge({ column: { id, label }, control }: { column: Column; control: WidthControl }) {
  const from = useRef({ x: 0, width: 0 });
  const [measured, setMeasured] = useState(LEAST);
  const width = control.widths.get(id);
  const measure = (edge: HTMLElement) => {
    const now = clampWidth((edge.parentElement?.offsetWidth ?? 0) - GAP);
    setMeasured(now);
    return now;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined && event.key !== 'Home') return;
    event.preventDefault();
    control.keep(id, by === undefined ? null : (width ?? measure(event.currentTarget)) + by);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width: measure(event.currentTarget) };
  };
  const dragged = (event: PointerEvent<HTMLElement>) => event.currentTarget.hasPointerCapture(event.pointerId) && event.clientX !== from.current.x;
  const at = (event: PointerEvent) => from.current.width + event.clientX - from.current.x;
  return (
    <span role="separator" aria-orientation="vertical" aria-label={`Width of ${label}`} aria-valuenow={width ?? measured} aria-valuemin={LEAST} aria-valuemax={MOST}
      tabIndex={0} className={css.edge} title="Drag, or ← and →, to resize; double click, or Home, for the usual width" onFocus={(event) => measure(event.currentTarget)}
      onKeyDown={onKeyDown} onDoubleClick={() => control.keep(id, null)} onPointerDown={onPointerDown} onPointerCancel={() => control.move(id, null)}
      onPointerMove={(event) => { if (dragged(event)) control.move(id, at(event)); }} onPointerUp={(event) => { if (dragged(event)) control.keep(id, at(event)); }} />
  );
}
