import { type MouseEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTheme } from '../../hooks/useTheme';
import { formatDuration } from '../../lib/duration';
import { flameOf, placeAt } from '../../lib/flame';
import { type View, zoom } from '../../lib/layout';
import { plural } from '../../lib/number';
import { clip } from '../../lib/text';
import type { Tree } from '../../lib/tree';
import css from './FlameGraph.module.css';
import { LINE, drawFlame } from './drawFlame';

interface Props {
  tree: Tree;
  view: View;
  selected: number;
  matches: ReadonlySet<number> | null;
  onSelect: (i: number) => void;
  onView: (view: View) => void;
}

const TIP = 270; // pixels that the words beside the pointer take
const NEAR = 4; // pixels beside a span that still mean it

/** All spans at once: time from left to right, calls below their callers. The table view says the same in words. */
export function FlameGraph({ tree, view, selected, matches, onSelect, onView }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { dark } = useTheme();
  const flame = useMemo(() => flameOf(tree), [tree]);
  const [hover, setHover] = useState<{ i: number; x: number; y: number } | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = () => drawFlame(element, tree, flame, view, selected, matches);
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [tree, flame, view, selected, matches, dark]);

  const at = (event: MouseEvent): { i: number; x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top + event.currentTarget.scrollTop];
    const perPixel = (view[1] - view[0]) / Math.max(1, box.width);
    return { i: placeAt(flame, tree, Math.floor(y / LINE), view[0] + x * perPixel, NEAR * perPixel), x: Math.max(0, Math.min(x + 12, box.width - TIP)), y };
  };
  const toSpan = (event: MouseEvent) => {
    const { i } = at(event);
    const start = tree.offset[i] ?? 0;
    if (i >= 0) onView([start, start + Math.max(100, tree.spans[i]?.duration ?? 0)]);
    else onView(zoom(view, 4, (view[0] + view[1]) / 2, Math.max(1, tree.duration)));
  };
  const span = hover && hover.i >= 0 ? tree.spans[hover.i] : undefined;
  return (
    <div className={css.flame} data-testid="flame" tabIndex={0} role="group" aria-label="Flame graph" onPointerMove={(event: PointerEvent) => setHover(at(event))} onPointerLeave={() => setHover(null)}
      onClick={(event) => { const { i } = at(event); if (i >= 0) onSelect(i); }} onDoubleClick={toSpan} title={span ? undefined : 'Double click a span to zoom to it'}>
      <canvas ref={canvas} role="img" aria-label={`Flame graph of ${plural(tree.spans.length, 'span')}; the table view has the same in numbers`} style={{ height: flame.lines * LINE }} />
      {hover && span && (
        <p className={css.tip} style={{ left: hover.x, top: hover.y + 16 }}>
          <strong><bdi>{clip(span.name, 120)}</bdi></strong><bdi>{span.service_name}</bdi> {formatDuration(span.duration)} at +{formatDuration(tree.offset[hover.i] ?? 0)}{span.status === 'error' ? ', error' : ''}
        </p>
      )}
    </div>
  );
}
