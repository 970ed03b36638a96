import { Suspense, lazy } from 'react';
import type { Attributes, Operation } from '../../api/types';
import { AttributeTable } from '../../components/AttributeTable';
import { Badge } from '../../components/Badge';
import { toJSON } from '../../lib/json';
import { formatBytes, plural } from '../../lib/number';
import { countHidden } from '../../lib/redaction';
import { Body } from './Body';
import css from './PayloadTab.module.css';

const Reproduce = lazy(() => import('../commands/Reproduce').then((m) => ({ default: m.Reproduce })));

interface MessageProps {
  name: string;
  headers: Attributes | undefined;
  body: string | undefined;
  size: number;
  truncated: boolean;
}

export function PayloadTab({ op }: { op: Operation }) {
  const truncated = op.truncated ?? false;
  return (
    <div className={css.tab} data-testid="payload">
      <div className={css.cards}>
        <Message name="Request" headers={op.request_headers} body={op.request_body} size={op.request_size ?? 0} truncated={truncated} />
        <Message name="Response" headers={op.response_headers} body={op.response_body} size={op.response_size ?? 0} truncated={truncated} />
      </div>
      <Suspense><Reproduce op={op} /></Suspense>
    </div>
  );
}

/** Whether this body, of the two that share one mark, is shorter than it was. */
function isCut({ truncated, body, size }: MessageProps): boolean {
  return truncated && body !== undefined && new TextEncoder().encode(body).length < size;
}

function Message(props: MessageProps) {
  const { name, headers, body, size } = props;
  const hidden = countHidden(toJSON(headers ?? {})) + countHidden(body ?? '');
  return (
    <section className={css.card} aria-label={name}>
      <header>
        <h2>{name}</h2>
        {size > 0 && <span className={css.size}>{formatBytes(size)}</span>}
        {isCut(props) && <Badge tone="warn" title="Only the beginning was kept">truncated</Badge>}
        {hidden > 0 && <span className={css.redacted} title="Redaction hid them before anything was stored">{plural(hidden, 'value')} hidden by redaction</span>}
      </header>
      <h3>Headers</h3>
      <AttributeTable attributes={headers && asLines(headers)} label={`${name} headers`} empty="None recorded" />
      <Body name={name} body={body} />
    </section>
  );
}

/** A header's values as they would be sent. */
function asLines(headers: Attributes): Attributes {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}
