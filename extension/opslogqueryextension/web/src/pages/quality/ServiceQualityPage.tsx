import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useMemo } from 'react';
import { type Quality, type QualityCheck, serviceQualityQuery } from '../../api/pages';
import { Answered } from '../../components/Answered';
import { Badge } from '../../components/Badge';
import { Fact, Facts } from '../../components/Facts';
import { Page, Section } from '../../components/Page';
import { RangePicker } from '../../components/RangePicker';
import { formatBytes, formatCount, plural } from '../../lib/number';
import { type QualitySearch, rangeOf } from '../../lib/pageSearch';
import { byUrgency, foundText } from '../../lib/quality';
import { clip } from '../../lib/text';
import { Fix } from './Fix';
import css from './Quality.module.css';
import { CheckMark, Score } from './Score';

const USUAL = 'now-24h';

export function ServiceQualityPage() {
  const { name } = useParams({ from: '/quality/$name' });
  const search = useSearch({ from: '/quality/$name' });
  const navigate = useNavigate({ from: '/quality/$name' });
  const { from, to, check } = search;
  const range = useMemo(() => rangeOf({ from, to }, USUAL), [from, to]);
  const result = useQuery({ ...serviceQualityQuery(name, range), placeholderData: keepPreviousData });
  const change = (part: QualitySearch) => void navigate({ search: (before) => ({ ...before, ...part }) });
  return (
    <Page title={`Trace quality of ${clip(name, 80)}`} tools={<RangePicker range={range} onChange={change} />}>
      <p><Link to="/quality" search={{ ...(from && { from }), ...(to && { to }) }} className={css.back}><ArrowLeft size={14} aria-hidden /> All services</Link></p>
      <Answered result={result} name="The quality of the service">
        {({ items }) => items.map((q) => <Environment key={q.environment} quality={q} open={check} onOpen={(id) => change({ check: id })} />)}
      </Answered>
    </Page>
  );
}

function Environment({ quality, open, onOpen }: { quality: Quality; open: string | undefined; onOpen: (id: string) => void }) {
  const checks = byUrgency(quality.checks);
  const judged = checks.filter((c) => c.status !== 'unknown');
  const unknown = checks.filter((c) => c.status === 'unknown');
  return (
    <section data-testid="quality-service" className={css.environment}>
      <h2><Score quality={quality} large />{quality.environment && <Badge title="Environment"><bdi>{clip(quality.environment, 60)}</bdi></Badge>}</h2>
      <Facts>
        <Fact name="Operations">{formatCount(quality.operations)}</Fact>
        <Fact name="Spans per operation">{Number(quality.spans_per_operation.toFixed(1))}</Fact>
        <Fact name="Volume of the spans">{formatBytes(Math.round(quality.bytes_per_second))}/s</Fact>
        <Fact name="Rules that fail">{formatCount(quality.failed_rules)}</Fact>
      </Facts>
      <ul className={css.checks}>{judged.map((c) => <Check key={c.id} check={c} open={open === c.id || (open === undefined && c.status === 'fail')} onOpen={onOpen} />)}</ul>
      {unknown.length > 0 && <Section title="Not judged" note="there was too little to go by"><p className={css.unscored}>{unknown.map((c) => c.title).join(' · ')}</p></Section>}
      {quality.missing_rules.length > 0 && <p className={css.unscored}>Rules of the Instrumentation Score that traces and logs do not answer: {quality.missing_rules.join(', ')}.</p>}
    </section>
  );
}

function Check({ check, open, onOpen }: { check: QualityCheck; open: boolean; onOpen: (id: string) => void }) {
  return (
    <li data-testid="quality-check">
      <details open={open}>
        <summary onClick={(event) => { event.preventDefault(); onOpen(open ? 'none' : check.id); }}>
          <CheckMark status={check.status} /><b>{check.title}</b>
          {check.rule && <Badge title="A rule of the Instrumentation Score; it counts for the score">{check.id}</Badge>}
          {check.impact && <span className={css.impact}>{check.impact}</span>}
          <span className={css.found}>{foundText(check)}</span>
        </summary>
        <div className={css.detail}>
          <p><b>Why it matters.</b> {check.why}</p>
          {check.status !== 'pass' && <p><b>How to fix it.</b> {check.fix}</p>}
          {check.status !== 'pass' && <Fix check={check.id} />}
          <Examples check={check} />
        </div>
      </details>
    </li>
  );
}

function Examples({ check }: { check: QualityCheck }) {
  if (check.examples.length === 0 && !check.example_trace_id) return null;
  return (
    <ul className={css.examples} aria-label="Examples">
      {check.examples.slice(0, 10).map((e) => (
        <li key={e.subject}><bdi title={clip(e.subject, 500)}>{clip(e.subject, 160)}</bdi><span>{formatCount(e.failed)} of {plural(e.total, 'time')}</span>{e.example_trace_id && <TraceLink id={e.example_trace_id} />}</li>
      ))}
      {check.examples.length === 0 && check.example_trace_id && <li><TraceLink id={check.example_trace_id} /></li>}
    </ul>
  );
}

const TraceLink = ({ id }: { id: string }) => <Link to="/operations" search={{ q: `trace = ${id}`, from: 'now-7d' }}>Example trace</Link>;
