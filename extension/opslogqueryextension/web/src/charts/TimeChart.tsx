import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { useWidth } from '../hooks/useWidth';
import { cx } from '../lib/cx';
import { logTicks, ticks } from '../lib/chart';
import { clip } from '../lib/text';
import { formatClock, formatDay } from '../lib/time';
import { TimeAxis } from './TimeAxis';
import css from './TimeChart.module.css';

export interface Line {
  name: string;
  /** A colour token or var(...). */
  colour: string;
  dash?: string;
  /** One value for each time; null where there is none. */
  values: readonly (number | null)[];
}

export interface Mark {
  time: number;
  label: string;
}

interface Props {
  label: string;
  /** Milliseconds since the epoch, ascending, step apart where nothing is missing. */
  times: readonly number[];
  step: number;
  from: number;
  to: number;
  lines: readonly Line[];
  kind?: 'line' | 'bars';
  format: (value: number) => string;
  marks?: readonly Mark[];
  /** What a mark is, for the legend. */
  markName?: string;
  height?: number;
  /** A logarithmic scale, on which small values are seen beside large ones. */
  log?: boolean;
  /** A line at a value that should not be passed. */
  limit?: number;
  /** A bucket was chosen. */
  onPick?: (time: number, index: number) => void;
}

const LEFT = 64;
const TOP = 18;
const BOTTOM = 22;

/** Values over time, with the versions that came. The arrow keys walk the buckets; Enter chooses one. */
export function TimeChart(props: Props) {
  const { label, times, step, lines, kind = 'line', format, marks = [], markName = 'new version', height = 200, log = false, limit, onPick } = props;
  // The first and the last bucket are shown whole.
  const [from, to] = [Math.min(props.from, times[0] ?? props.from), Math.max(props.to, (times.at(-1) ?? 0) + step)];
  const [box, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const inner = Math.max(50, width - LEFT - 10);
  const x = (time: number) => LEFT + (inner * (time - from)) / Math.max(1, to - from);
  const stacked = kind === 'bars';
  const tops = times.map((_, i) => (stacked ? lines.reduce((n, l) => n + (l.values[i] ?? 0), 0) : Math.max(0, ...lines.map((l) => l.values[i] ?? 0))));
  const most = Math.max(0, limit ?? 0, ...tops);
  const rows = log ? logTicks(lines.flatMap((l) => l.values)) : ticks(most);
  const [min, max] = [log ? (rows[0] ?? 1) : 0, rows.at(-1) ?? 1];
  const share = (value: number) => (log ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : value / max);
  const y = (value: number) => height - BOTTOM - (height - BOTTOM - TOP) * share(value);
  const middle = (i: number) => x((times[i] ?? from) + step / 2);

  const labelled = apart(marks, (m) => x(m.time));

  const nearest = (event: MouseEvent): number | null => {
    const px = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const best = times.reduce((found, _, i) => (Math.abs(middle(i) - px) < Math.abs(middle(found) - px) ? i : found), 0);
    return times.length > 0 && Math.abs(middle(best) - px) < Math.max(40, (inner * step) / (to - from)) ? best : null;
  };
  const pick = (bucket: number | null) => {
    const time = bucket === null ? undefined : times[bucket];
    if (time !== undefined && bucket !== null) onPick?.(time, bucket);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = times.length - 1;
    const next = { ArrowRight: at === null ? 0 : Math.min(last, at + 1), ArrowLeft: at === null ? last : Math.max(0, at - 1), Home: 0, End: last }[event.key];
    if (next !== undefined && last >= 0) setAt(next);
    else if (event.key === 'Enter' && at !== null) pick(at);
    else return;
    event.preventDefault();
  };
  return (
    <div className={css.box} ref={box}>
      <svg className={cx(css.chart, onPick && css.active)} width={width} height={height} role="img" aria-label={label} tabIndex={0} onPointerMove={(event) => setAt(nearest(event))}
        onPointerLeave={() => setAt(null)} onBlur={() => setAt(null)} onClick={(event) => pick(nearest(event))} onKeyDown={onKeyDown} data-testid="time-chart">
        {rows.map((v) => <g key={v} className={css.grid}><line x1={LEFT} x2={width - 10} y1={y(v)} y2={y(v)} /><text x={LEFT - 8} y={y(v) + 4}>{format(v)}</text></g>)}
        <TimeAxis from={from} to={to} x={x} width={inner} y={height - 6} />
        {marks.map((m) => (
          <g key={`${m.time} ${m.label}`} className={css.mark} transform={`translate(${x(m.time)},0)`}>
            <title>{m.label}</title><line y1={TOP - 4} y2={height - BOTTOM} /><path d="M-4 6h8l-4 6z" />
            {labelled.has(m) && <text x={x(m.time) > width - 150 ? -8 : 8} y={11} textAnchor={x(m.time) > width - 150 ? 'end' : 'start'}>{clip(m.label, 26)}</text>}
          </g>
        ))}
        {limit !== undefined && <line className={css.limit} x1={LEFT} x2={width - 10} y1={y(limit)} y2={y(limit)} />}
        {at !== null && <line className={css.cursor} x1={middle(at)} x2={middle(at)} y1={TOP} y2={height - BOTTOM} />}
        {stacked ? <Stack lines={lines} times={times} x={x} y={y} step={step} /> : lines.map((line) => <Path key={line.name} line={line} times={times} step={step} middle={middle} y={y} />)}
      </svg>
      {at !== null && <Tip {...props} at={at} left={middle(at)} width={width} />}
      <ul className={css.legend}>
        {lines.map((l) => <li key={l.name}><span style={{ backgroundColor: l.colour }} aria-hidden /><bdi>{l.name}</bdi></li>)}
        {marks.length > 0 && <li><span className={css.flag} aria-hidden>▼</span>{markName}</li>}
        {limit !== undefined && <li><span className={css.limitKey} aria-hidden />limit, {format(limit)}</li>}
      </ul>
    </div>
  );
}

/** Those of the marks whose words do not run into each other. */
function apart(marks: readonly Mark[], at: (mark: Mark) => number): ReadonlySet<Mark> {
  const kept = new Set<Mark>();
  let last = -Infinity;
  for (const mark of marks.toSorted((a, b) => a.time - b.time)) {
    if (at(mark) - last < 170) continue;
    kept.add(mark);
    last = at(mark);
  }
  return kept;
}

/** A line that breaks where buckets are missing, with a dot for each value. */
function Path({ line, times, step, middle, y }: { line: Line; times: readonly number[]; step: number; middle: (i: number) => number; y: (v: number) => number }) {
  let path = '';
  let before: number | null = null;
  const dots: number[] = [];
  line.values.forEach((value, i) => {
    const time = times[i] ?? 0;
    if (value === null) return;
    path += `${before !== null && time - before < step * 1.5 ? 'L' : 'M'}${middle(i).toFixed(1)} ${y(value).toFixed(1)}`;
    dots.push(i);
    before = time;
  });
  return (
    <g>
      <path d={path} fill="none" stroke={line.colour} strokeWidth={1.75} strokeDasharray={line.dash} strokeLinejoin="round" />
      {dots.length <= 80 && dots.map((i) => <circle key={i} cx={middle(i)} cy={y(line.values[i] ?? 0)} r={2.5} fill={line.colour} />)}
    </g>
  );
}

function Stack({ lines, times, x, y, step }: { lines: readonly Line[]; times: readonly number[]; x: (t: number) => number; y: (v: number) => number; step: number }) {
  return times.map((time, i) => {
    let sum = 0;
    const width = Math.max(2, (x(time + step) - x(time)) * 0.84);
    return (
      <g key={time}>
        {lines.map((line) => {
          const value = line.values[i] ?? 0;
          const bottom = y(sum);
          sum += value;
          return value > 0 && <rect key={line.name} x={x(time)} width={width} y={Math.min(y(sum), bottom - 1.5)} height={Math.max(1.5, bottom - y(sum))} fill={line.colour} rx={1} />;
        })}
      </g>
    );
  });
}

function Tip({ times, lines, format, at, left, width, onPick }: Props & { at: number; left: number; width: number }) {
  const time = `${times[at] ?? 0}000000`;
  return (
    <div className={css.tip} style={left > width / 2 ? { right: width - left + 12 } : { left: left + 12 }} role="status">
      <p>{formatDay(time, new Date())} {formatClock(time).slice(0, 8)}</p>
      {lines.map((l) => <p key={l.name}><span style={{ backgroundColor: l.colour }} aria-hidden /><bdi>{l.name}</bdi><b>{l.values[at] === null || l.values[at] === undefined ? '–' : format(l.values[at])}</b></p>)}
      {onPick && <p className={css.hint}>Click for its operations</p>}
    </div>
  );
}
