import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleX, Info, TriangleAlert } from 'lucide-react';
import { cascadeQuery } from '../../api/neighbours';
import { traceQuery } from '../../api/queries';
import type { Finding, Operation } from '../../api/types';
import { Marked } from '../../components/Marked';
import { ServiceName } from '../../components/ServiceName';
import { SpanLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
import { findingName } from '../../lib/outcome';
import { quote } from '../../lib/queryText';
import { clip } from '../../lib/text';
import css from './Findings.module.css';

/** Where a failure began, and what the record's own spans show to be wasteful. */
export function Findings({ op }: { op: Operation }) {
  const trace = useQuery({ ...traceQuery(op), retry: false }).data;
  const cause = useRootCause(op);
  const findings = op.findings ?? [];
  if (findings.length === 0 && !cause) return null;
  const here = (id: string) => trace !== undefined && !trace.derived && trace.id.includes(id);
  return (
    <section className={css.findings} aria-label="Findings" data-testid="findings">
      {cause}
      {findings.map((finding, i) => <Row key={i} op={op} finding={finding} here={here} />)}
    </section>
  );
}

/** The first of the spans that failed, where others failed after it. */
function useRootCause(op: Operation) {
  const chain = useQuery({ ...cascadeQuery(op.operation_id), enabled: op.status === 'error' }).data?.chain ?? [];
  const [first] = chain;
  const after = chain.filter((moment) => moment.status === 'error').length - 1;
  if (!first || after < 1) return null;
  return (
    <div className={css.row} data-severity="error" data-testid="root-cause">
      <CircleX size={14} aria-hidden />
      <strong>Root cause</strong>
      <span className={css.evidence}>
        {first.service && <ServiceName name={first.service} />} <Marked text={clip(first.text)} /> failed first{first.detail && <>: <Marked text={clip(first.detail)} /></>}; {plural(after, 'span')} failed after it
      </span>
      {first.span_id && <SpanLink spanId={first.span_id}>Show span</SpanLink>}
    </div>
  );
}

function Row({ op, finding, here }: { op: Operation; finding: Finding; here: (id: string) => boolean }) {
  const { kind, severity, count, saving, span_ids: spans, evidence } = finding;
  const Icon = severity === 'info' ? Info : TriangleAlert;
  const similar = `finding = ${quote(kind)} AND service = ${quote(op.service_name ?? '')} AND name = ${quote(op.name ?? '')}`;
  const first = spans?.find(here);
  return (
    <div className={css.row} data-severity={severity}>
      <Icon size={14} aria-hidden />
      <strong>{findingName(kind)}{count && count > 1 ? ` ×${formatCount(count)}` : ''}</strong>
      <span className={css.evidence}><Marked text={evidence} />{saving ? <span className={css.saving}> could save {formatDuration(saving)}</span> : null}</span>
      {first && <SpanLink spanId={first}>{count && count > 1 ? 'Show spans' : 'Show span'}</SpanLink>}
      <Link to="/operations" search={{ q: similar, from: 'now-24h', to: 'now' }}>Others like it</Link>
    </div>
  );
}
