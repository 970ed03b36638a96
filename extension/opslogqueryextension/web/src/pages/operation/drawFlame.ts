import { tokenColours } from '../../lib/colours';
import { formatDuration } from '../../lib/duration';
import type { Flame } from '../../lib/flame';
import type { View } from '../../lib/layout';
import { serviceColour } from '../../lib/service';
import type { Tree } from '../../lib/tree';

export const LINE = 22;
const TEXT_FROM = 36; // pixels; less has no room for a name
const TALLEST = 16_000; // pixels of a canvas that every browser draws

/** Draws the spans of the view: errors edged, what is not looked for faint. */
export function drawFlame(canvas: HTMLCanvasElement, tree: Tree, flame: Flame, view: View, selected: number, matches: ReadonlySet<number> | null): void {
  const context = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const ratio = Math.min(window.devicePixelRatio || 1, TALLEST / Math.max(1, height));
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const colour = tokenColours(canvas);
  const scale = width / (view[1] - view[0]);
  const [ink, error, focus] = [colour('--on-bar'), colour('--error-solid'), colour('--focus')];
  flame.byLine.forEach((places, line) => {
    let drawn = -1; // right edge on this line; what lies within a drawn pixel is not drawn again
    for (const i of places) {
      const span = tree.spans[i];
      if (!span) continue;
      const left = ((tree.offset[i] ?? 0) - view[0]) * scale;
      const wide = Math.max(1.5, span.duration * scale);
      if (left > width || left + wide < 0) continue;
      const failed = span.status === 'error';
      if (left + wide < drawn + 0.5 && !failed && i !== selected) continue;
      drawn = left + wide;
      const x = Math.max(0, left);
      const w = Math.min(width, left + wide) - x;
      context.globalAlpha = matches && !matches.has(i) ? 0.25 : 1;
      context.fillStyle = colour(`--svc-${serviceColour(span.service_name)}`);
      context.fillRect(x, line * LINE + 1, Math.max(1, w - 0.5), LINE - 3);
      if (failed || i === selected) {
        context.strokeStyle = i === selected ? focus : error;
        context.lineWidth = i === selected ? 2.5 : 2;
        context.strokeRect(x + 1, line * LINE + 2, Math.max(1, w - 2), LINE - 5);
      }
      if (w > TEXT_FROM) label(context, `${failed ? '✕ ' : ''}${span.name}`, formatDuration(span.duration), x + 5, line * LINE + LINE / 2, w - 9, ink);
    }
  });
  context.globalAlpha = 1;
}

const PER_LETTER = 5.8; // pixels, roughly: measuring every text would cost more than drawing all bars

function label(context: CanvasRenderingContext2D, name: string, time: string, x: number, y: number, room: number, ink: string): void {
  context.fillStyle = ink;
  const letters = Math.floor(room / PER_LETTER);
  const whole = `${name}  ${time}`;
  const text = whole.length <= letters ? whole : name.length <= letters ? name : `${name.slice(0, Math.max(1, letters - 1))}…`;
  context.fillText(text, x, y, room);
}
