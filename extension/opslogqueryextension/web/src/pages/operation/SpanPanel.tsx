import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { spanQuery, traceOperationsQuery } from '../../api/queries';
import type { LogRecord, Operation } from '../../api/types';
import { AttributeTable, CONDITIONS } from '../../components/AttributeTable';
import { Badge } from '../../components/Badge';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { Fact, Facts } from '../../components/Facts';
import { Marked } from '../../components/Marked';
import { OutLinks } from '../../components/OutLinks';
import { ServiceName } from '../../components/ServiceName';
import { OperationLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatShare } from '../../lib/number';
import { type Tree, criticalTime, selfTime } from '../../lib/tree';
import { SpanEvents, SpanLinks, SpanLogs } from './SpanParts';
import css from './SpanPanel.module.css';
import { useSpanLinks } from './useOutLinks';

interface Props {
  op: Operation;
  tree: Tree;
  at: number;
  logs: LogRecord[];
  onClose: () => void;
}

/** Everything about the selected span. */
export function SpanPanel({ op, tree, at, logs, onClose }: Props) {
  const span = tree.spans[at];
  const id = span?.span_id ?? '';
  const detail = useQuery({ ...spanQuery(op, id), enabled: id !== '' });
  const siblings = useQuery(traceOperationsQuery(op)).data?.items;
  const links = useSpanLinks(op, detail.data);
  if (!span) return null;
  const whole = detail.data;
  const critical = criticalTime(tree, at);
  const begins = siblings?.find((other) => other.span_id === span.span_id && other.operation_id !== op.operation_id);
  return (
    <aside className={css.panel} aria-label="Selected span" data-testid="span-panel">
      <header>
        <h2><bdi>{span.name}</bdi></h2>
        <CopyButton text={() => location.href} label="Copy a link to this span" />
        <button type="button" className={button.bare} aria-label="Close" title="Close (Esc)" onClick={onClose}><X size={15} aria-hidden /></button>
      </header>
      <p className={css.badges}>
        <ServiceName name={span.service_name} />
        {span.kind !== 'unspecified' && <Badge>{span.kind}</Badge>}
        {span.status === 'error' && <Badge tone="error">error</Badge>}
        {tree.orphan[at] === 1 && <Badge tone="warn" title={`Parent span ${whole?.parent_span_id ?? ''}`}>parent not here</Badge>}
      </p>
      {whole?.status_message && <p className={css.message}><Marked text={whole.status_message} /></p>}
      <Facts>
        <Fact name="Starts at">+{formatDuration(tree.offset[at] ?? 0)}</Fact>
        <Fact name="Duration">{formatDuration(span.duration)}</Fact>
        <Fact name="Own time">{formatDuration(selfTime(tree, at))}</Fact>
        <Fact name="Critical path">{critical > 0 ? `${formatDuration(critical)} (${formatShare(critical / Math.max(1, tree.duration))})` : null}</Fact>
        <Fact name="Span"><code>{span.span_id}</code><CopyButton text={span.span_id} label="Copy the span id" /></Fact>
      </Facts>
      {begins && <p><OperationLink id={begins.operation_id}>Open its operation: <bdi>{begins.name}</bdi></OperationLink></p>}
      <OutLinks links={links} label="This span elsewhere" />
      {detail.error && <p className={css.message}>Its attributes could not be read: {detail.error.message}</p>}
      {whole && (
        <>
          <h3>Attributes</h3>
          <AttributeTable attributes={whole.attributes} label="Span attributes" condition={CONDITIONS.span} />
          <SpanEvents span={whole} tree={tree} />
        </>
      )}
      <SpanLogs logs={logs} tree={tree} />
      {whole && (
        <>
          <SpanLinks span={whole} />
          <details className={css.more}>
            <summary><h3>Resource</h3></summary>
            <AttributeTable attributes={whole.resource} label="Resource attributes" />
            {whole.scope && <p className={css.scope}>Scope <bdi>{whole.scope}</bdi></p>}
          </details>
        </>
      )}
    </aside>
  );
}
