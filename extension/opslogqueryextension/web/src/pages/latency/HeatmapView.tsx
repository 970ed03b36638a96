import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Gauge } from 'lucide-react';
import { latencyQuery } from '../../api/pages';
import { Heatmap } from '../../charts/Heatmap';
import { Answered } from '../../components/Answered';
import { Section } from '../../components/Page';
import { State } from '../../components/States';
import { type Column, Table } from '../../components/Table';
import { chooseStep } from '../../lib/chart';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { carried, endsOf } from '../../lib/pageSearch';
import { addTerm } from '../../lib/queryText';
import css from './Latency.module.css';
import { type ViewProps, useInvalid } from './props';

interface Band {
  from: number;
  to: number;
  count: number;
}

const COLUMNS: Column<Band>[] = [
  { name: 'Duration', head: true, cell: (b) => `${formatDuration(b.from)} to ${formatDuration(b.to)}` },
  { name: 'Operations', number: true, cell: (b) => formatCount(b.count) },
];

/** Durations by time and band, which shows what percentiles hide: two humps, a slow tail, a moment that stood still. */
export function HeatmapView({ filter, search, onChange, onInvalid }: ViewProps) {
  const navigate = useNavigate();
  const [from, to] = endsOf(filter, new Date());
  const result = useQuery({ ...latencyQuery(filter, chooseStep(to - from).text, '', true), placeholderData: keepPreviousData });
  useInvalid(result.error, onInvalid);
  return (
    <Answered result={result} name="The durations" query={search.q} onFix={(q) => onChange({ q })}>
      {({ heatmap }) => {
        if (!heatmap || heatmap.cells.length === 0) return <State icon={Gauge} title="No operations to measure" testId="latency-empty"><p>Choose a longer range, or another query.</p></State>;
        const bands = new Map<number, Band>();
        for (const cell of heatmap.cells) bands.set(cell.from, { from: cell.from, to: cell.to, count: (bands.get(cell.from)?.count ?? 0) + cell.count });
        return (
          <Section title="Durations by time" note="each row is half an octave; the stronger the colour, the more operations">
            <Heatmap heatmap={heatmap} from={from} to={to} onPick={({ from: start, to: end, shortest, longest }) => {
              const q = addTerm(addTerm(search.q ?? '', `duration >= ${shortest}ns`), `duration < ${longest}ns`);
              void navigate({ to: '/operations', search: { ...carried(search), q, from: new Date(start).toISOString(), to: new Date(end).toISOString() } });
            }} />
            <details className={css.data}><summary>The same as a table, over the whole range</summary><Table label="Operations by duration" columns={COLUMNS} rows={[...bands.values()].sort((a, b) => a.from - b.from)} rowKey={(b) => String(b.from)} /></details>
          </Section>
        );
      }}
    </Answered>
  );
}
