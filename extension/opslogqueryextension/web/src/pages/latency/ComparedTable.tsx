import { Link } from '@tanstack/react-router';
import { CircleHelp, Minus, TrendingDown, TrendingUp } from 'lucide-react';
import { Badge } from '../../components/Badge';
import { type Column, Table } from '../../components/Table';
import { type Compared, ENOUGH, type Half, byChange, interval } from '../../lib/compare';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
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
    { name: 'p95 (95 % interval)', number: true, cell: (r) => <P95 row={r} /> },
    { name: 'p99', number: true, wide: true, cell: (r) => pair(r, 'p99') },
    { name: 'Verdict on p95', cell: (r) => <Verdict row={r} /> },
  ];
  return (
    <>
      <p className={css.sides}>
        <Badge>A</Badge> <bdi>{clip(a, 60) || '–'}</bdi> <span className={css.few}>{plural(sum(rows, 'a'), 'operation')}</span>
        <Badge>B</Badge> <bdi>{clip(b, 60) || '–'}</bdi> <span className={css.few}>{plural(sum(rows, 'b'), 'operation')}</span>
        <span className={css.found} role="status">{found(rows)}</span>
      </p>
      <Table label="Comparison" columns={columns} rows={byChange(rows)} rowKey={(r) => r.name} testId="compared" empty="No operations on either side" />
    </>
  );
}

const sum = (rows: readonly Compared[], side: 'a' | 'b') => rows.reduce((n, r) => n + r[side].count, 0);

/** The verdicts counted, in words. */
function found(rows: readonly Compared[]): string {
  const count = (outcome: Compared['outcome']) => rows.filter((r) => r.outcome === outcome).length;
  return `${count('slower')} slower, ${count('faster')} faster, ${count('same')} about the same, ${count('unsure')} not certain, ${count('too_few')} with too few to tell`;
}

function P95({ row }: { row: Compared }) {
  const range = (half: Half) => {
    const found = interval(half);
    return found ? `${formatDuration(found[0])} to ${formatDuration(found[1])}` : '';
  };
  const [a, b] = [range(row.a), range(row.b)];
  return <span className={css.stacked}><span><Pair a={row.a.p95} b={row.b.p95} /></span>{(a || b) && <small className={css.interval}>{a || '–'} → {b || '–'}</small>}</span>;
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
  if (outcome === 'unsure') return <span className={css.same} title="The 95 % intervals of the two sides overlap"><CircleHelp size={14} aria-hidden />not certain{by}</span>;
  const [Icon, text, tone] = outcome === 'slower' ? ([TrendingUp, 'slower', css.slower] as const) : outcome === 'faster' ? ([TrendingDown, 'faster', css.faster] as const) : ([Minus, 'about the same', css.same] as const);
  return <span className={tone}><Icon size={14} aria-hidden />{text}{by}</span>;
}
