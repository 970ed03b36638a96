import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import { type Quality, qualityQuery } from '../../api/pages';
import { Answered } from '../../components/Answered';
import { Page } from '../../components/Page';
import { RangePicker } from '../../components/RangePicker';
import { ServiceName } from '../../components/ServiceName';
import { State } from '../../components/States';
import { type Column, Table } from '../../components/Table';
import { formatBytes, formatCount } from '../../lib/number';
import { rangeOf } from '../../lib/pageSearch';
import { worst } from '../../lib/quality';
import { clip } from '../../lib/text';
import css from './Quality.module.css';
import { CheckMark, Score } from './Score';

const USUAL = 'now-24h';

export function QualityPage() {
  const search = useSearch({ from: '/quality' });
  const navigate = useNavigate({ from: '/quality' });
  const { from, to } = search;
  const range = useMemo(() => rangeOf({ from, to }, USUAL), [from, to]);
  const result = useQuery({ ...qualityQuery(range), placeholderData: keepPreviousData });
  const kept = { ...(from && { from }), ...(to && { to }) };
  const columns: Column<Quality>[] = [
    { name: 'Service', head: true, cell: (q) => <Link to="/quality/$name" params={{ name: q.service_name }} search={kept} className={css.link}><ServiceName name={q.service_name} /></Link> },
    { name: 'Environment', wide: true, cell: (q) => <bdi>{clip(q.environment || '–', 40)}</bdi> },
    { name: 'Score', cell: (q) => <Score quality={q} /> },
    { name: 'What to look at first', cell: (q) => <Worst quality={q} /> },
    { name: 'Operations', number: true, cell: (q) => formatCount(q.operations) },
    { name: 'Spans per operation', number: true, wide: true, cell: (q) => Number(q.spans_per_operation.toFixed(1)) },
    { name: 'Spans’ volume', number: true, wide: true, cell: (q) => `${formatBytes(Math.round(q.bytes_per_second))}/s` },
  ];
  return (
    <Page title="Trace quality" tools={<RangePicker range={range} onChange={(part) => void navigate({ search: (before) => ({ ...before, ...part }) })} />}>
      <p className={css.intro}>What the traces of each service lack, and how to mend it. The score follows the rules of the Instrumentation Score that traces and logs can answer.</p>
      <Answered result={result} name="The quality">
        {({ items }) => items.length === 0
          ? <State icon={ShieldCheck} title="No service was judged in this range" testId="quality-empty"><p>Checks are counted as operations come in. Choose a longer range.</p></State>
          : <Table label="Services" columns={columns} rows={items} rowKey={(q) => `${q.service_name} ${q.environment}`} testId="quality-row" />}
      </Answered>
    </Page>
  );
}

function Worst({ quality }: { quality: Quality }) {
  const checks = worst(quality);
  if (checks.length === 0) return <span className={css.unscored}>nothing</span>;
  return <ul className={css.worst}>{checks.map((c) => <li key={c.id}><CheckMark status={c.status} /> {c.title}</li>)}</ul>;
}
