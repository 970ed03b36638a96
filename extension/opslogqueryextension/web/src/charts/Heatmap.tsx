import { type PointerEvent, useState } from 'react';
import type { Latency } from '../api/pages';
import { useWidth } from '../hooks/useWidth';
import { formatDuration } from '../lib/duration';
import { plural } from '../lib/number';
import { formatClock } from '../lib/time';
import { TimeAxis } from './TimeAxis';
import css from './Heatmap.module.css';

interface Cell {
  time: string;
  from: number;
  to: number;
  count: number;
}

interface Props {
  heatmap: NonNullable<Latency['heatmap']>;
  from: number;
  to: number;
  /** A cell was clicked, or an area chosen: milliseconds since the epoch, and nanoseconds of duration. */
  onPick: (area: Area) => void;
}

export interface Area {
  from: number;
  to: number;
  shortest: number;
  longest: number;
}

type Point = readonly [x: number, y: number];

const DRAG = 5; // pixels; less is a click

/** The duration at which a band begins, in whole nanoseconds. */
const bound = (band: number) => Math.round(2 ** (band / 2));

const LEFT = 64;
const TALLEST = 26;
const LOWEST = 12;
const HEIGHT = 320;

/** How many operations took how long, by time. Rows are half an octave high; the stronger the colour, the more. */
export function Heatmap({ heatmap, onPick, ...range }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [over, setOver] = useState<Cell | null>(null);
  const cells: readonly Cell[] = heatmap.cells;
  const step = heatmap.bucket_ns / 1e6;
  const starts = cells.map((c) => Number(BigInt(c.time) / 1_000_000n));
  // The first and the last bucket are shown whole.
  const [from, to] = [Math.min(range.from, ...starts), Math.max(range.to, ...starts.map((s) => s + step))];
  const band = (cell: Cell) => Math.round(2 * Math.log2(Math.max(1, cell.from)));
  const bands = cells.map(band);
  const [low, high] = [Math.min(...bands), Math.max(...bands)];
  const rows = high - low + 1;
  const row = Math.max(LOWEST, Math.min(TALLEST, Math.floor(HEIGHT / rows)));
  const height = rows * row + 24;
  const inner = Math.max(50, width - LEFT - 10);
  const x = (ms: number) => LEFT + (inner * (ms - from)) / Math.max(1, to - from);
  const y = (b: number) => (high - b) * row;
  const most = Math.max(1, ...cells.map((c) => c.count));
  const total = cells.reduce((n, c) => n + c.count, 0);
  const [drag, setDrag] = useState<[Point, Point] | null>(null);
  const find = (event: PointerEvent) => cells[Number((event.target as Element).getAttribute('data-cell') ?? -1)] ?? null;
  const at = (event: PointerEvent): Point => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return [Math.min(LEFT + inner, Math.max(LEFT, event.clientX - left)), Math.min(rows * row - 1, Math.max(0, event.clientY - top))];
  };
  const area = drag && { left: Math.min(drag[0][0], drag[1][0]), right: Math.max(drag[0][0], drag[1][0]), top: Math.min(drag[0][1], drag[1][1]), bottom: Math.max(drag[0][1], drag[1][1]) };
  const dragged = area && (area.right - area.left > DRAG || area.bottom - area.top > DRAG) ? area : null;
  const release = (event: PointerEvent) => {
    const cell = over;
    setDrag(null);
    if (dragged) {
      const ms = (px: number) => from + ((px - LEFT) / inner) * (to - from);
      const first = starts.length > 0 ? Math.min(...starts) : from;
      const snap = (time: number, round: (n: number) => number) => first + round((time - first) / step) * step;
      onPick({ from: snap(ms(dragged.left), Math.floor), to: snap(ms(dragged.right), Math.ceil), shortest: bound(high - Math.floor(dragged.bottom / row)), longest: bound(high - Math.floor(dragged.top / row) + 1) });
    } else if (cell ?? find(event)) {
      const { time, from: shortest, to: longest } = (cell ?? find(event)) as Cell;
      const start = Number(BigInt(time) / 1_000_000n);
      onPick({ from: start, to: start + step, shortest, longest });
    }
  };
  return (
    <div className={css.box} ref={box}>
      <svg width={width} height={height} role="img" aria-label={`Durations of ${plural(total, 'operation')} by time`} onPointerLeave={() => setOver(null)} data-testid="heatmap" className={css.map}
        onPointerMove={(event) => { if (drag) setDrag([drag[0], at(event)]); else setOver(find(event)); }} onPointerUp={release} onPointerCancel={() => setDrag(null)}
        onPointerDown={(event) => { if (event.button === 0) { event.currentTarget.setPointerCapture(event.pointerId); setOver(find(event)); setDrag([at(event), at(event)]); } }}>
        {Array.from({ length: rows }, (_, i) => low + i).filter((b) => (b - low) % 4 === 0).map((b) => <text key={b} className={css.label} x={LEFT - 8} y={y(b) + row}>{formatDuration(2 ** (b / 2))}</text>)}
        {cells.map((cell, i) => {
          const start = starts[i] ?? from;
          return <rect key={i} data-cell={i} className={css.cell} x={x(start)} width={Math.max(3, x(start + step) - x(start) - 1)} y={y(band(cell))} height={row - 1} fillOpacity={0.18 + 0.82 * Math.sqrt(cell.count / most)} />;
        })}
        {dragged && <rect className={css.area} x={dragged.left} y={dragged.top} width={dragged.right - dragged.left} height={dragged.bottom - dragged.top} data-testid="heatmap-area" />}
        <TimeAxis from={from} to={to} x={x} y={height - 6} width={inner} />
      </svg>
      <p className={css.tip} role="status">{over ? `${formatClock(over.time).slice(0, 8)} · ${formatDuration(over.from)} to ${formatDuration(over.to)} · ${plural(over.count, 'operation')}` : 'Point at a cell for its count; click it, or drag over some, for their operations.'}</p>
    </div>
  );
}
