import { serviceColour } from '../../lib/service';
import type { Tree } from '../../lib/tree';

/** The colours that tokens stand for just now: a canvas cannot read them itself. */
function resolver(near: HTMLElement): (token: string) => string {
  const probe = document.createElement('span');
  const known = new Map<string, string>();
  return (token) => {
    const before = known.get(token);
    if (before) return before;
    near.parentElement?.append(probe);
    probe.style.color = `var(${token})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    known.set(token, colour);
    return colour;
  };
}

/** Draws every span as a line: its place in the tree from top to bottom, its time from left to right. */
export function drawMinimap(canvas: HTMLCanvasElement, tree: Tree, whole: number): void {
  const context = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  const colour = resolver(canvas);
  const n = tree.spans.length;
  const step = Math.min(6, (height - 8) / n);
  const thick = Math.max(1, Math.min(3, step - 1));
  tree.spans.forEach((span, i) => {
    context.fillStyle = colour(span.status === 'error' ? '--error-solid' : `--svc-${serviceColour(span.service_name)}`);
    context.fillRect(((tree.offset[i] ?? 0) / whole) * width, 4 + i * step, Math.max(1.5, (span.duration / whole) * width), thick);
  });
}
