// Widths of columns that were set by hand, in pixels, as the URL has them: name:320,what:96.

export const LEAST = 48;
export const MOST = 1600;

export type Widths = ReadonlyMap<string, number>;

export function clampWidth(width: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, width)));
}

/** What the text says, within bounds; what is no width is left out. */
export function parseWidths(text: string | undefined): Widths {
  const widths = new Map<string, number>();
  for (const part of (text ?? '').split(',')) {
    const match = /^(.+):(\d{1,5})$/.exec(part.trim());
    if (match) widths.set(match[1] as string, clampWidth(Number(match[2])));
  }
  return widths;
}

/** The text with another width for a column, or with none. */
export function withWidth(text: string | undefined, id: string, width: number | null): string {
  const widths = new Map(parseWidths(text));
  widths.delete(id);
  if (width !== null) widths.set(id, clampWidth(width));
  return [...widths].map(([name, value]) => `${name}:${value}`).join(',');
}

/** The tracks of a grid, and the pixels that they take at least; gap and padding are those of the grid. */
export function tracksOf(columns: readonly { id: string; width: string }[], widths: Widths, gap: number, padding: number): { tracks: string; least: number } {
  const tracks = columns.map(({ id, width }) => (widths.has(id) ? `${widths.get(id)}px` : width));
  const pixels = tracks.reduce((sum, track) => sum + Number(/\d+/.exec(track)?.[0] ?? 0), 0);
  return { tracks: tracks.join(' '), least: pixels + gap * Math.max(0, columns.length - 1) + 2 * padding };
}
