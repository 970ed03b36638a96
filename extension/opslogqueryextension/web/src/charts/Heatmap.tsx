import { type MouseEvent, useState } from 'react';
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
  onPick: (cell: Cell, width: number) => void;
}

const LEFT = 64;
const TALLEST = 26;
const LOWEST = 12;
const HEIGHT = 320;

/** How many operations took how long, by time. Rows are half an octave high; the darker, the more. */
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
  const find = (event: MouseEvent) => cells[Number((event.target as Element).getAttribute('data-cell') ?? -1)] ?? null;
  const pick = (event: MouseEvent) => {
    const cell = find(event);
    if (cell) onPick(cell, heatmap.bucket_ns);
  };
  return (
    <div className={css.box} ref={box}>
      <svg width={width} height={height} role="img" aria-label={`Durations of ${plural(total, 'operation')} by time`} onPointerMove={(event) => setOver(find(event))} onPointerLeave={() => setOver(null)}
        onClick={pick} data-testid="heatmap">
        {Array.from({ length: rows }, (_, i) => low + i).filter((b) => (b - low) % 4 === 0).map((b) => <text key={b} className={css.label} x={LEFT - 8} y={y(b) + row}>{formatDuration(2 ** (b / 2))}</text>)}
        {cells.map((cell, i) => {
          const start = starts[i] ?? from;
          return <rect key={i} data-cell={i} className={css.cell} x={x(start)} width={Math.max(3, x(start + step) - x(start) - 1)} y={y(band(cell))} height={row - 1} fillOpacity={0.18 + 0.82 * Math.sqrt(cell.count / most)} />;
        })}
        <TimeAxis from={from} to={to} x={x} y={height - 6} width={inner} />
      </svg>
      <p className={css.tip} role="status">{over ? `${formatClock(over.time).slice(0, 8)} · ${formatDuration(over.from)} to ${formatDuration(over.to)} · ${plural(over.count, 'operation')}` : 'Point at a cell for its count; click it for its operations.'}</p>
    </div>
  );
}
