import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTheme } from '../../hooks/useTheme';
import type { View } from '../../lib/layout';
import type { Tree } from '../../lib/tree';
import css from './Minimap.module.css';
import { drawMinimap } from './drawMinimap';

interface Props {
  tree: Tree;
  view: View;
  whole: number;
  onView: (view: View) => void;
}

const DRAG = 0.004; // of the width; less than this is a click

/** The whole trace in small. Dragging over it zooms; a double click shows all again. */
export function Minimap({ tree, view, whole, onView }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { dark } = useTheme();
  const [drag, setDrag] = useState<[number, number] | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = () => drawMinimap(element, tree, whole);
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [tree, whole, dark]);

  const at = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const release = () => {
    if (drag && Math.abs(drag[1] - drag[0]) > DRAG) onView([Math.min(...drag) * whole, Math.max(...drag) * whole]);
    setDrag(null);
  };
  const [from, to] = drag ? [Math.min(...drag), Math.max(...drag)] : [view[0] / whole, view[1] / whole];
  return (
    <div className={css.map} title="Drag to zoom, double click to show all" onDoubleClick={() => onView([0, whole])} onPointerUp={release} onPointerCancel={() => setDrag(null)}
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); setDrag([at(event), at(event)]); }}
      onPointerMove={(event) => { if (drag) setDrag([drag[0], at(event)]); }}>
      <canvas ref={canvas} role="img" aria-label="Overview of the trace; the table below has the same" />
      <span className={css.shade} style={{ left: 0, width: `${100 * from}%` }} />
      <span className={css.shade} style={{ left: `${100 * to}%`, right: 0 }} />
      {(from > 0 || to < 1) && <span className={css.window} style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }} />}
    </div>
  );
}
