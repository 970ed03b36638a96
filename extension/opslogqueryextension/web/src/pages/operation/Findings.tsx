import { Info, TriangleAlert } from 'lucide-react';
import type { Finding, Operation } from '../../api/types';
import { SpanLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { findingName } from '../../lib/outcome';
import css from './Findings.module.css';

/** What the record's own spans show to be wrong or wasteful. */
export function Findings({ op }: { op: Operation }) {
  const findings = op.findings ?? [];
  if (findings.length === 0) return null;
  return (
    <section className={css.findings} aria-label="Findings" data-testid="findings">
      {findings.map((finding, i) => <Row key={i} finding={finding} />)}
    </section>
  );
}

function Row({ finding }: { finding: Finding }) {
  const { kind, severity, count, saving, span_ids: spans, evidence } = finding;
  const Icon = severity === 'info' ? Info : TriangleAlert;
  return (
    <div className={css.row} data-severity={severity}>
      <Icon size={14} aria-hidden />
      <strong>{findingName(kind)}{count && count > 1 ? ` ×${formatCount(count)}` : ''}</strong>
      <bdi className={css.evidence}>{evidence}</bdi>
      {saving ? <span className={css.saving}>could save {formatDuration(saving)}</span> : null}
      {spans?.[0] && <SpanLink spanId={spans[0]}>Show span</SpanLink>}
    </div>
  );
}
