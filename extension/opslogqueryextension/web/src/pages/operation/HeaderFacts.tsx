import { useQuery } from '@tanstack/react-query';
import { traceOperationsQuery } from '../../api/queries';
import type { Operation } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { Fact, Facts } from '../../components/Facts';
import { Marked } from '../../components/Marked';
import { ServiceName } from '../../components/ServiceName';
import { OperationLink, SpanLink } from '../../components/SpanLink';
import { useNow } from '../../hooks/useNow';
import { formatDuration } from '../../lib/duration';
import { formatCount, formatShare } from '../../lib/number';
import { codeText } from '../../lib/outcome';
import { shortId } from '../../lib/text';
import { formatAgo, formatMoment, isoNs } from '../../lib/time';

function Id({ id, label }: { id: string | undefined; label: string }) {
  if (!id) return null;
  return <><code title={id}>{shortId(id)}</code><CopyButton text={id} label={`Copy the ${label}`} /></>;
}

/** A fact whose text comes from telemetry. */
function TextFact({ name, text }: { name: string; text: string | undefined }) {
  return <Fact name={name}>{text && <span><Marked text={text} /></span>}</Fact>;
}

/** All that the record says about who, where and when; what it does not know is left out. */
export function HeaderFacts({ op }: { op: Operation }) {
  const now = useNow(10_000);
  return (
    <Facts foldable>
      <Fact name="Service"><ServiceName name={op.service_name} version={op.service_version} /></Fact>
      <Fact name="Started"><span title={isoNs(op.start_time)}>{formatMoment(op.start_time, now)}</span><small>{formatAgo(op.start_time, now)}</small></Fact>
      <Fact name="Spans">{formatCount(op.span_count)}{op.error_span_count > 0 && `, ${formatCount(op.error_span_count)} failed`}</Fact>
      <TextFact name="Environment" text={op.environment} />
      <TextFact name="Namespace" text={op.service_namespace} />
      <TextFact name="Target" text={op.target === op.route ? undefined : op.target} />
      <TextFact name="Code" text={op.transport === 'rpc' ? codeText(op) : undefined} />
      <TextFact name="Status message" text={op.status_message === op.error_message ? undefined : op.status_message} />
      <Who op={op} />
      <Fact name="Own time">{op.self_time ? `${formatDuration(op.self_time)} (${formatShare(op.self_time / op.duration)})` : null}</Fact>
      <Fact name="Calls">{op.external_time ? formatDuration(op.external_time) : null}</Fact>
      <Fact name="Parallel">{op.parallelism && op.parallelism > 1.05 ? `${op.parallelism.toFixed(1)} ×` : null}</Fact>
      <Fact name="Slowest step">{op.slowest_step_name ? <Slowest op={op} /> : null}</Fact>
      <Retry op={op} />
      <TextFact name="Host" text={op.host_name} />
      <TextFact name="Instance" text={op.service_instance_id} />
      <Fact name="Trace"><Id id={op.trace_id} label="trace id" /></Fact>
      <Fact name="Operation"><Id id={op.operation_id} label="operation id" /></Fact>
      <Fact name="Called by">{op.parent_operation_id ? <Caller op={op} id={op.parent_operation_id} /> : null}</Fact>
    </Facts>
  );
}

function Who({ op }: { op: Operation }) {
  const user = [op.user_id, op.user_type && `(${op.user_type})`].filter(Boolean).join(' ');
  return (
    <>
      <TextFact name="User" text={user} />
      <TextFact name="Tenant" text={op.tenant_id} />
      <TextFact name="Session" text={op.session_id} />
      <TextFact name="Request" text={op.request_id} />
      <TextFact name="Client" text={op.client_address} />
    </>
  );
}

function Caller({ op, id }: { op: Operation; id: string }) {
  const caller = useQuery(traceOperationsQuery(op)).data?.items.find((other) => other.operation_id === id);
  const text = caller ? `${caller.service_name ?? ''} ${caller.name ?? ''}` : shortId(id);
  return <OperationLink id={id}><bdi>{text}</bdi></OperationLink>;
}

function Slowest({ op }: { op: Operation }) {
  const text = `${op.slowest_step_name ?? ''}, ${formatDuration(op.slowest_step_self_time ?? 0)}`;
  if (!op.slowest_step_span_id) return <bdi>{text}</bdi>;
  return (
    <SpanLink spanId={op.slowest_step_span_id}><bdi>{text}</bdi></SpanLink>
  );
}

function Retry({ op }: { op: Operation }) {
  return (
    <>
      <Fact name="Attempt">{op.attempt && op.attempt > 1 ? String(op.attempt) : null}</Fact>
      <Fact name="Retry of">
        {op.retry_of ? <OperationLink id={op.retry_of}>{shortId(op.retry_of)}</OperationLink> : null}
      </Fact>
      <TextFact name="Message" text={op.message_id} />
      <TextFact name="Idempotency key" text={op.idempotency_key} />
    </>
  );
}
