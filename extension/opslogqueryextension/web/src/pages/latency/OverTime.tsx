import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Gauge } from 'lucide-react';
import { type Latency, latencyQuery } from '../../api/pages';
import { type Line, TimeChart } from '../../charts/TimeChart';
import { Answered } from '../../components/Answered';
import { Section } from '../../components/Page';
import { Select } from '../../components/Select';
import { State } from '../../components/States';
import { type Column, Table } from '../../components/Table';
import { type Step, chooseStep } from '../../lib/chart';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { carried, endsOf } from '../../lib/pageSearch';
import { addTerm } from '../../lib/queryText';
import { clip } from '../../lib/text';
import { formatMoment, toDate } from '../../lib/time';
import css from './Latency.module.css';
import { FIELDS, type ViewProps, useInvalid } from './props';
import { type Bucket, bucketsOf, groupsOf, summary } from './series';

const PERCENTILES = [['p99', 'var(--svc-9)', '2 3'], ['p95', 'var(--svc-6)', undefined], ['p50', 'var(--svc-4)', '7 4']] as const;
const SCALES = [['', 'logarithmic scale'], ['linear', 'linear scale']] as const;
const COLOURS = ['var(--svc-6)', 'var(--svc-0)', 'var(--svc-4)', 'var(--svc-9)', 'var(--svc-2)', 'var(--svc-11)', 'var(--svc-8)', 'var(--svc-3)'];

/** Percentiles and counts over time, of all operations or of the busiest groups. */
export function OverTime({ filter, search, onChange, onInvalid }: ViewProps) {
  const ends = endsOf(filter, new Date());
  const step = chooseStep(ends[1] - ends[0]);
  const by = search.by ?? '';
  const result = useQuery({ ...latencyQuery(filter, step.text, by, false), placeholderData: keepPreviousData });
  useInvalid(result.error, onInvalid);
  return (
    <>
      <div className={css.bar}><Select label="By" value={by} options={[['', 'all together'], ...FIELDS.map(([v, text]) => [v, `by ${text}`] as const)]} onChange={(value) => onChange({ by: value })} />
        <Select label="Scale" value={search.scale ?? ''} options={SCALES} onChange={(value) => onChange({ scale: value })} /></div>
      <Answered result={result} name="The durations" query={search.q} onFix={(q) => onChange({ q })}>
        {(data) => data.series.every((s) => s.points.length === 0)
          ? <State icon={Gauge} title="No operations to measure" testId="latency-empty"><p>Choose a longer range, or another query.</p></State>
          : <Charts data={data} by={by} search={search} ends={ends} step={step} />}
      </Answered>
    </>
  );
}

interface ChartsProps {
  data: Latency;
  by: string;
  search: ViewProps['search'];
  ends: [number, number];
  step: Step;
}

function Charts({ data, by, search, ends: [from, to], step }: ChartsProps) {
  const navigate = useNavigate();
  const buckets = bucketsOf(data.series.filter((s) => Object.keys(s.labels).length === 0 || by === ''));
  const groups = by === '' ? [] : groupsOf(data.series, by);
  const times = by === '' ? buckets.map((b) => b.time) : [...new Set(groups.flatMap((g) => g.buckets.map((b) => b.time)))].sort((a, b) => a - b);
  const lines: Line[] = by === ''
    ? PERCENTILES.map(([name, colour, dash]) => ({ name, colour, ...(dash && { dash }), values: buckets.map((b) => b[name]) }))
    : groups.map((g, i) => ({ name: `p95 of ${clip(g.name, 60)}`, colour: COLOURS[i % COLOURS.length] ?? '', values: times.map((t) => g.buckets.find((b) => b.time === t)?.p95 ?? null) }));
  const marks = data.deploys.map((d) => ({ time: toDate(d.first_seen).getTime(), label: `${d.service} ${d.version}` }));
  const open = (time: number, slower?: number | null) => {
    const q = slower ? addTerm(search.q ?? '', `duration >= ${slower}ns`) : search.q;
    void navigate({ to: '/operations', search: { ...carried(search), ...(q && { q }), from: new Date(time).toISOString(), to: new Date(time + step.ms).toISOString() } });
  };
  const chart = { times, step: step.ms, from, to, marks };
  return (
    <div data-testid="latency">
      <Section title="Duration" note={`in steps of ${step.text}`}>
        <TimeChart {...chart} label={by === '' ? summary(buckets) : `p95 of ${groups.length} groups over time`} lines={lines} format={formatDuration} height={280} log={search.scale !== 'linear'} onPick={(time, i) => open(time, by === '' ? buckets[i]?.p95 : null)} />
      </Section>
      {by === '' && (
        <Section title="Operations">
          <TimeChart {...chart} label="Operations over time" kind="bars" height={130} format={formatCount} onPick={(time) => open(time)}
            lines={[{ name: 'ok', colour: 'var(--bar)', values: buckets.map((b) => b.count - b.failed) }, { name: 'error', colour: 'var(--error-solid)', values: buckets.map((b) => b.failed) }]} />
        </Section>
      )}
      <details className={css.data}>
        <summary>The same as a table</summary>
        {by === '' ? <Table label="Durations over time" columns={COLUMNS} rows={buckets} rowKey={(b) => String(b.time)} /> : groups.map((g) => <Section key={g.name} title={clip(g.name, 120)}><Table label={`Durations of ${g.name}`} columns={COLUMNS} rows={g.buckets} rowKey={(b) => String(b.time)} /></Section>)}
      </details>
    </div>
  );
}

const duration = (value: number | null) => (value === null ? '–' : formatDuration(value));
const COLUMNS: Column<Bucket>[] = [
  { name: 'Time', head: true, cell: (b) => formatMoment(`${b.time}000000`, new Date()) },
  { name: 'Operations', number: true, cell: (b) => formatCount(b.count) },
  { name: 'Failed', number: true, cell: (b) => formatCount(b.failed) },
  { name: 'p50', number: true, cell: (b) => duration(b.p50) },
  { name: 'p95', number: true, cell: (b) => duration(b.p95) },
  { name: 'p99', number: true, cell: (b) => duration(b.p99) },
];
