import { Link } from '@tanstack/react-router';
import type { Operation } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { Fact, Facts } from '../../components/Facts';
import { ServiceName } from '../../components/ServiceName';
import { SpanLink } from '../../components/SpanLink';
import { StackTrace } from '../../components/StackTrace';
import { shortId, words } from '../../lib/text';
import { CascadePart } from './CascadePart';
import css from './ErrorTab.module.css';

export function ErrorTab({ op }: { op: Operation }) {
  return (
    <div className={css.tab} data-testid="error">
      <h2><bdi>{op.error_type ?? 'Error'}</bdi></h2>
      <p className={css.message}><bdi>{op.error_message ?? op.status_message ?? 'The record holds no message.'}</bdi></p>
      <Facts>
        <Fact name="Where">{op.error_service ? <ServiceName name={op.error_service} /> : null}</Fact>
        <Fact name="Span">
          {op.error_span_id ? <SpanLink spanId={op.error_span_id}>{op.error_span_id}</SpanLink> : null}
        </Fact>
        <Fact name="Cause">{op.failure_class && op.failure_class !== 'unknown' ? words(op.failure_class) : null}</Fact>
        <Fact name="Fingerprint">
          {op.error_fingerprint ? <><Link to="/errors/$fingerprint" params={{ fingerprint: op.error_fingerprint }} search={{}} title="This error in all operations">{shortId(op.error_fingerprint)}</Link><CopyButton text={op.error_fingerprint} label="Copy the fingerprint" /></> : null}
        </Fact>
        <Fact name="Variant">{op.error_variant ? <code title={op.error_variant}>{shortId(op.error_variant)}</code> : null}</Fact>
      </Facts>
      {op.error_stack ? <StackTrace text={op.error_stack} /> : <p className={css.none}>No stack trace was recorded.</p>}
      <CascadePart op={op} />
    </div>
  );
}
