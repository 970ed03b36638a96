import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { errorQuery } from '../../api/pages';
import { spanQuery } from '../../api/queries';
import type { Operation } from '../../api/types';
import { AttributeTable, CONDITIONS } from '../../components/AttributeTable';
import { CopyButton } from '../../components/CopyButton';
import { Fact, Facts } from '../../components/Facts';
import { Marked } from '../../components/Marked';
import { ServiceName } from '../../components/ServiceName';
import { SpanLink } from '../../components/SpanLink';
import { StackTrace } from '../../components/StackTrace';
import { useNow } from '../../hooks/useNow';
import { STATE_MEANING } from '../../lib/errors';
import { plural } from '../../lib/number';
import { shortId, words } from '../../lib/text';
import { formatAgo, isoNs } from '../../lib/time';
import { CascadePart } from './CascadePart';
import css from './ErrorTab.module.css';
import { useFrameLinks } from './useOutLinks';

export function ErrorTab({ op }: { op: Operation }) {
  const frames = useFrameLinks(op);
  return (
    <div className={css.tab} data-testid="error">
      <h2><bdi>{op.error_type ?? 'Error'}</bdi></h2>
      <p className={css.message}><Marked text={op.error_message ?? op.status_message ?? 'The record holds no message.'} /></p>
      <Facts>
        <Fact name="Where">{op.error_service ? <ServiceName name={op.error_service} /> : null}</Fact>
        <Fact name="Span">
          {op.error_span_id ? <SpanLink spanId={op.error_span_id}>{op.error_span_id}</SpanLink> : null}
        </Fact>
        <Fact name="Cause">{op.failure_class && op.failure_class !== 'unknown' ? words(op.failure_class) : null}</Fact>
        {op.error_fingerprint && <Group op={op} fingerprint={op.error_fingerprint} />}
      </Facts>
      {op.error_stack ? <StackTrace text={op.error_stack} {...(frames && { links: frames })} /> : <p className={css.none}>No stack trace was recorded.</p>}
      <CascadePart op={op} />
      {op.error_span_id && <FailingSpan op={op} spanId={op.error_span_id} />}
    </div>
  );
}

/** The error in all operations: how often, and since when. */
function Group({ op, fingerprint }: { op: Operation; fingerprint: string }) {
  const now = useNow(30_000);
  const groups = useQuery({ ...errorQuery(fingerprint, { from: 'now-7d', to: 'now' }), retry: false }).data?.groups ?? [];
  const group = groups.find((one) => one.service === (op.error_service ?? op.service_name)) ?? groups[0];
  return (
    <>
      <Fact name="This error">
        <Link to="/errors/$fingerprint" params={{ fingerprint }} search={{}} title="This error in all operations">{group ? `${plural(group.count, 'time')} in 7 days` : shortId(fingerprint)}</Link>
        <CopyButton text={fingerprint} label="Copy the fingerprint" />
      </Fact>
      <Fact name="First seen">{group && <span title={isoNs(group.first_seen)}>{formatAgo(group.first_seen, now)}</span>}</Fact>
      <Fact name="State">{group && <span title={STATE_MEANING[group.state]}>{words(group.state)}</span>}</Fact>
    </>
  );
}

/** What the failing span was about. */
function FailingSpan({ op, spanId }: { op: Operation; spanId: string }) {
  const span = useQuery({ ...spanQuery(op, spanId), retry: false }).data;
  if (!span) return null;
  return (
    <section aria-label="Failing span">
      <h3>The span that failed: <bdi>{span.name}</bdi></h3>
      <AttributeTable attributes={span.attributes} label="Attributes of the span that failed" condition={CONDITIONS.span} />
    </section>
  );
}
