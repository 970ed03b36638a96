import { useId } from 'react';
import { type Chart, formatValue } from '../../lib/series';
import { formatClock } from '../../lib/time';
import css from './LineChart.module.css';

const [WIDTH, HEIGHT] = [1000, 180];
const MARKS = 4;

/** Lines over time. What they say is in the table below them, too. */
export function LineChart({ chart: { name, column, lines } }: { chart: Chart }) {
  const title = useId();
  const points = lines.flatMap((line) => line.points);
  const [from, to] = [Math.min(...points.map(([t]) => t)), Math.max(...points.map(([t]) => t))];
  const most = Math.max(...points.map(([, v]) => v), 0) || 1;
  const x = (t: number) => (to > from ? ((t - from) / (to - from)) * WIDTH : WIDTH / 2);
  const y = (v: number) => HEIGHT - (v / most) * HEIGHT;
  if (points.length === 0) return null;
  return (
    <figure className={css.chart} aria-labelledby={title}>
      <figcaption id={title}>{name}</figcaption>
      <div className={css.area}>
        <ol className={css.marks} aria-hidden>{Array.from({ length: MARKS + 1 }, (_, i) => <li key={i}>{formatValue((most * (MARKS - i)) / MARKS, column)}</li>)}</ol>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${name}: up to ${formatValue(most, column)}`}>
          {Array.from({ length: MARKS + 1 }, (_, i) => <line key={i} className={css.grid} x1="0" x2={WIDTH} y1={(HEIGHT * i) / MARKS} y2={(HEIGHT * i) / MARKS} vectorEffect="non-scaling-stroke" />)}
          {lines.map((line, i) => (
            <g key={line.label} style={{ color: `var(--svc-${(i * 5 + 8) % 12})` }}>
              <polyline className={css.line} points={line.points.map(([t, v]) => `${x(t)},${y(v)}`).join(' ')} vectorEffect="non-scaling-stroke" />
              {line.points.length < 60 && line.points.map(([t, v]) => <line key={t} className={css.point} x1={x(t)} x2={x(t)} y1={y(v)} y2={y(v)} vectorEffect="non-scaling-stroke"><title>{`${line.label} ${formatClock(`${t}000000`).slice(0, 8)}: ${formatValue(v, column)}`}</title></line>)}
            </g>
          ))}
        </svg>
        <p className={css.times} aria-hidden><span>{formatClock(`${from}000000`).slice(0, 8)}</span><span>{to > from && formatClock(`${to}000000`).slice(0, 8)}</span></p>
      </div>
      {(lines.length > 1 || lines[0]?.label !== name) && (
        <ul className={css.legend}>{lines.map((line, i) => <li key={line.label}><span style={{ backgroundColor: `var(--svc-${(i * 5 + 8) % 12})` }} aria-hidden /><bdi>{line.label}</bdi></li>)}</ul>
      )}
    </figure>
  );
}
