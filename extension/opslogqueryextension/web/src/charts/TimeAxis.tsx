import { tickLabel, timeTicks } from '../lib/chart';
import css from './TimeChart.module.css';

/** The marks below a chart over time. */
export function TimeAxis({ from, to, x, y, width }: { from: number; to: number; x: (time: number) => number; y: number; width: number }) {
  return (
    <g className={css.times}>
      {timeTicks(from, to, width).map((t) => <text key={t} x={x(t)} y={y}>{tickLabel(t, to - from)}</text>)}
    </g>
  );
}
