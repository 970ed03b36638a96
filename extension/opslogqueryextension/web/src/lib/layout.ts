// Where things stand on the timeline, in per cent of its width. A view is the shown part of the trace, in
// nanoseconds from its start.

export type View = readonly [start: number, end: number];

export interface Bar {
  left: number;
  width: number;
}

/** The bar of what starts at offset and takes duration, cut to the view; null where it is outside. */
export function barOf(offset: number, duration: number, [start, end]: View): Bar | null {
  const span = end - start;
  if (span <= 0 || offset > end || offset + duration < start) return null;
  const left = Math.max(0, (100 * (offset - start)) / span);
  const right = Math.min(100, (100 * (offset + duration - start)) / span);
  return { left, width: right - left };
}

/** The place of a moment, or null outside of the view. */
export function pointOf(offset: number, [start, end]: View): number | null {
  return offset < start || offset > end || end <= start ? null : (100 * (offset - start)) / (end - start);
}

/** Round moments in the view, at most max of them. */
export function ticks([start, end]: View, max: number): number[] {
  const span = end - start;
  if (!(span > 0) || max < 1) return [];
  const rough = span / max;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10) * power;
  const first = Math.ceil(start / step);
  const count = Math.floor(end / step) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** The view made larger or smaller about a moment; never outside of the whole, never under 100 ns. */
export function zoom([start, end]: View, factor: number, about: number, whole: number): View {
  const size = Math.min(whole, Math.max(100, (end - start) * factor));
  const share = (about - start) / (end - start);
  const from = Math.min(Math.max(0, about - size * share), whole - size);
  return [Math.round(from), Math.round(from + size)];
}
