import { tokenColours } from '../../lib/colours';
import { serviceColour } from '../../lib/service';
import type { Tree } from '../../lib/tree';

/** Draws every span as a line: its place in the tree from top to bottom, its time from left to right. */
export function drawMinimap(canvas: HTMLCanvasElement, tree: Tree, whole: number): void {
  const context = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  const colour = tokenColours(canvas);
  const n = tree.spans.length;
  const step = Math.min(6, (height - 8) / n);
  const thick = Math.max(1, Math.min(3, step - 1));
  tree.spans.forEach((span, i) => {
    context.fillStyle = colour(span.status === 'error' ? '--error-solid' : `--svc-${serviceColour(span.service_name)}`);
    context.fillRect(((tree.offset[i] ?? 0) / whole) * width, 4 + i * step, Math.max(1.5, (span.duration / whole) * width), thick);
  });
}
