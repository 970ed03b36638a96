import { Link } from '@tanstack/react-router';
import { Minus, TrendingDown, TrendingUp } from 'lucide-react';
import { Badge } from '../../components/Badge';
import { type Column, Table } from '../../components/Table';
import { type Compared, ENOUGH, type Half } from '../../lib/compare';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { type LatencySearch, carried } from '../../lib/pageSearch';
import { addTerm, quote } from '../../lib/queryText';
import { clip } from '../../lib/text';
import css from './Latency.module.css';

interface Props {
  rows: Compared[];
  a: string;
  b: string;
  by: string;
  search: LatencySearch;
  /** The compared field, where it is one. */
  field?: string;
}

const percent = (rate: number | null) => (rate === null ? '–' : `${Number((rate * 100).toFixed(1))} %`);

/** Each row's sample sizes, percentiles and verdict; with few operations there is none. */
export function ComparedTable({ rows, a, b, by, search, field }: Props) {
  const pair = (row: Compared, of: 'p50' | 'p95' | 'p99') => <Pair a={row.a[of]} b={row.b[of]} />;
  const columns: Column<Compared>[] = [
    { name: 'Group', head: true, cell: (r) => <GroupLink row={r} by={by} search={search} {...(field && { field, b })} /> },
    { name: 'Operations A → B', number: true, cell: (r) => <>{formatCount(r.a.count)} → {formatCount(r.b.count)}</> },
    { name: 'Failed', number: true, cell: (r) => <>{percent(rate(r.a))} → {percent(rate(r.b))}</> },
    { name: 'p50', number: true, wide: true, cell: (r) => pair(r, 'p50') },
    { name: 'p95', number: true, cell: (r) => pair(r, 'p95') },
    { name: 'p99', number: true, wide: true, cell: (r) => pair(r, 'p99') },
    { name: 'Verdict on p95', cell: (r) => <Verdict row={r} /> },
  ];
  return (
    <>
      <p className={css.sides}><Badge>A</Badge> <bdi>{clip(a, 60) || '–'}</bdi> <Badge>B</Badge> <bdi>{clip(b, 60) || '–'}</bdi></p>
      <Table label="Comparison" columns={columns} rows={rows} rowKey={(r) => r.name} testId="compared" empty="No operations on either side" />
    </>
  );
}

const rate = (half: Half) => (half.count > 0 ? half.errorRate : null);

function Pair({ a, b }: { a: number | null; b: number | null }) {
  return <>{a === null ? '–' : formatDuration(a)} → {b === null ? '–' : formatDuration(b)}</>;
}

function GroupLink({ row, by, search, field, b }: { row: Compared; by: string; search: LatencySearch; field?: string; b?: string }) {
  const own = row.name === '' ? `${by} IS NULL` : `${by} = ${quote(row.name)}`;
  const q = field && b ? addTerm(addTerm(search.q ?? '', own), `${field} = ${quote(b)}`) : addTerm(search.q ?? '', own);
  return <Link to="/operations" search={{ ...carried(search), q }}><bdi title={clip(row.name, 500)}>{clip(row.name, 100) || 'none'}</bdi></Link>;
}

function Verdict({ row: { outcome, change, a, b } }: { row: Compared }) {
  const by = change === null ? '' : ` ${change > 0 ? '+' : ''}${Math.round(change * 100)} %`;
  if (outcome === 'too_few') {
    const missing = a.count === 0 ? 'only in B' : b.count === 0 ? 'only in A' : `fewer than ${ENOUGH} operations`;
    return <span className={css.few} title={`Each side needs ${ENOUGH} operations for a verdict`}>no verdict: {missing}</span>;
  }
  const [Icon, text, tone] = outcome === 'slower' ? ([TrendingUp, 'slower', css.slower] as const) : outcome === 'faster' ? ([TrendingDown, 'faster', css.faster] as const) : ([Minus, 'about the same', css.same] as const);
  return <span className={tone}><Icon size={14} aria-hidden />{text}{by}</span>;
}
