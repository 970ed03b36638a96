import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type PointerEvent, useRef, useState } from 'react';
import { aggregateQuery, histogramQuery } from '../../api/explore';
import type { ListFilter } from '../../api/queries';
import { formatDuration } from '../../lib/duration';
import { type Bucket, bucketsOf, marksOf, momentAt } from '../../lib/histogram';
import { formatCount, plural } from '../../lib/number';
import { clip } from '../../lib/text';
import { formatMoment } from '../../lib/time';
import css from './Histogram.module.css';

const BUCKETS = 80;
const EVERY_MS = 15_000;
const MARKS = 6;
const CLICK = 4; // pixels; a shorter drag is a click

interface Props {
  filter: ListFilter;
  live: boolean;
  onRange: (from: string, to: string) => void;
  onErrors: () => void;
}

/** How many operations there were when, the failed ones apart. A drag chooses a range. */
export function Histogram({ filter, live, onRange, onErrors }: Props) {
  const refresh = { placeholderData: keepPreviousData, refetchInterval: live ? EVERY_MS : (false as const) };
  const data = useQuery({ ...histogramQuery(filter, BUCKETS), ...refresh }).data;
  const p95 = useQuery({ ...aggregateQuery({ ...filter, q: `${filter.q ?? ''} | p95(duration)`.trim() }, 'table'), ...refresh }).data?.rows?.[0]?.[0];
  if (!data) return <div className={css.chart} aria-busy="true" />;
  const buckets = bucketsOf(data);
  const total = buckets.reduce((n, b) => n + b.ok + b.errors, 0);
  const errors = buckets.reduce((n, b) => n + b.errors, 0);
  return (
    <section className={css.section} aria-label="Operations over time">
      <p className={css.summary} data-testid="summary">
        {plural(total, 'operation')}
        {errors > 0 && <button type="button" className={css.errors} title="Only those that failed" onClick={onErrors}>{plural(errors, 'error')} ({((100 * errors) / total).toFixed(1)} %)</button>}
        {typeof p95 === 'number' && total > 0 && <span>p95 {formatDuration(p95)}</span>}
        {data.partial && <span className={css.partial}>counted in part only</span>}
        <span className={css.hint}>drag to zoom, click a bar for its time</span>
      </p>
      <Bars buckets={buckets} width={data.bucket_ns} deploys={data.deploys} onRange={onRange} onErrors={onErrors} />
    </section>
  );
}

interface BarsProps {
  buckets: Bucket[];
  width: number;
  deploys: { service: string; version: string; first_seen: string }[];
  onRange: Props['onRange'];
  onErrors: Props['onErrors'];
}

function Bars({ buckets, width, deploys, onRange, onErrors }: BarsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const most = buckets.reduce((max, b) => Math.max(max, b.ok + b.errors), 1);
  const at = (event: PointerEvent) => {
    const area = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - area.left) / area.width));
  };
  // The red part of a bar asks for errors, the rest for its time.
  const press = (i: number, event: PointerEvent) => {
    const bucket = buckets[i];
    const under = document.elementsFromPoint(event.clientX, event.clientY).some((element) => element instanceof HTMLElement && element.dataset.errors !== undefined);
    if (bucket && under) onErrors();
    else if (bucket && bucket.ok + bucket.errors > 0) onRange(momentAt(buckets, width, i / buckets.length), momentAt(buckets, width, (i + 1) / buckets.length));
  };
  const release = (event: PointerEvent) => {
    const pixels = drag ? Math.abs(drag[1] - drag[0]) * (box.current?.clientWidth ?? 0) : 0;
    if (drag && pixels > CLICK) onRange(momentAt(buckets, width, Math.min(...drag)), momentAt(buckets, width, Math.max(...drag)));
    else if (drag) press(Math.floor(drag[0] * buckets.length), event);
    setDrag(null);
  };
  const now = new Date();
  const start = BigInt(buckets[0]?.start ?? 0);
  const whole = width * buckets.length;
  return (
    <div ref={box} className={css.chart} data-testid="histogram" role="img" aria-label={`Up to ${formatCount(most)} operations in ${formatDuration(width)}`} onPointerUp={release} onPointerCancel={() => setDrag(null)}
      onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); setDrag([at(event), at(event)]); }} onPointerMove={(event) => { if (drag) setDrag([drag[0], at(event)]); }}>
      {buckets.map((b) => (
        <span key={b.start} className={css.bucket} title={`${formatMoment(b.start, now)}, ${formatDuration(width)}: ${formatCount(b.ok)} ok, ${plural(b.errors, 'error')}`}>
          <span className={css.failed} style={{ height: `${(100 * b.errors) / most}%` }} data-errors={b.errors || undefined} />
          <span className={css.good} style={{ height: `${(100 * b.ok) / most}%` }} />
        </span>
      ))}
      {deploys.slice(0, 20).map((d) => (
        <span key={`${d.service} ${d.version}`} className={css.deploy} style={{ left: `${(100 * Number(BigInt(d.first_seen) - start)) / whole}%` }} title={clip(`${d.service} ${d.version} since ${formatMoment(d.first_seen, now)}`, 300)} />
      ))}
      {drag && <span className={css.brush} style={{ left: `${100 * Math.min(...drag)}%`, width: `${100 * Math.abs(drag[1] - drag[0])}%` }} />}
      <span className={css.axis} aria-hidden>{marksOf(buckets, MARKS).map((bucket) => <span key={bucket.start}>{formatMoment(bucket.start, now).slice(0, width >= 60e9 ? -7 : -4)}</span>)}</span>
    </div>
  );
}
