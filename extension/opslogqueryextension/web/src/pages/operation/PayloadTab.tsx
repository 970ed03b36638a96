import { useState } from 'react';
import type { Attributes, Operation } from '../../api/types';
import { AttributeTable } from '../../components/AttributeTable';
import { Badge } from '../../components/Badge';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { JsonTree } from '../../components/JsonTree';
import { parseBody } from '../../lib/json';
import { formatBytes } from '../../lib/number';
import css from './PayloadTab.module.css';

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
    <div className={css.cards} data-testid="payload">
      <Message name="Request" headers={op.request_headers} body={op.request_body} size={op.request_size ?? 0} truncated={truncated} />
      <Message name="Response" headers={op.response_headers} body={op.response_body} size={op.response_size ?? 0} truncated={truncated} />
    </div>
  );
}

/** Whether this body, of the two that share one mark, is shorter than it was. */
function isCut({ truncated, body, size }: MessageProps): boolean {
  return truncated && body !== undefined && new TextEncoder().encode(body).length < size;
}

function Message(props: MessageProps) {
  const { name, headers, body, size } = props;
  return (
    <section className={css.card} aria-label={name}>
      <header>
        <h2>{name}</h2>
        {size > 0 && <span className={css.size}>{formatBytes(size)}</span>}
        {isCut(props) && <Badge tone="warn" title="Only the beginning was kept">truncated</Badge>}
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

function Body({ name, body }: { name: string; body: string | undefined }) {
  const [plain, setPlain] = useState(false);
  const tree = body === undefined ? undefined : parseBody(body);
  return (
    <>
      <div className={css.bodyHead}>
        <h3>Body</h3>
        {tree && <button type="button" className={button.link} onClick={() => setPlain(!plain)}>{plain ? 'Show as tree' : 'Show as text'}</button>}
        {body !== undefined && <CopyButton text={body} label={`Copy the ${name.toLowerCase()} body`} />}
      </div>
      {body === undefined && <p className={css.none}>None recorded</p>}
      {body !== undefined && (tree && !plain ? <JsonTree value={tree} label={`${name} body`} /> : <pre className={css.text} tabIndex={0}><bdi>{body}</bdi></pre>)}
    </>
  );
}
