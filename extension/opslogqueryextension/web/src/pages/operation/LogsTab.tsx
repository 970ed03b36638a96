import type { UseQueryResult } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import type { LogList, LogRecord, Operation } from '../../api/types';
import { AttributeTable } from '../../components/AttributeTable';
import { Marked } from '../../components/Marked';
import { ServiceName } from '../../components/ServiceName';
import { Notice, Skeleton, State } from '../../components/States';
import { SpanLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { severity } from '../../lib/severity';
import { clip } from '../../lib/text';
import { between, isoNs } from '../../lib/time';
import css from './LogsTab.module.css';

export function LogsTab({ op, logs }: { op: Operation; logs: UseQueryResult<LogList> }) {
  if (logs.isPending) return <Skeleton rows={6} height={32} />;
  if (logs.isError) return <Notice>The log records could not be read: {logs.error.message}</Notice>;
  const { items, truncated } = logs.data;
  if (items.length === 0) return <State icon={FileText} title="No log records" testId="no-logs"><p>None that carry this trace’s id were received.</p></State>;
  return (
    <div data-testid="logs">
      {truncated && <Notice>Only the first {items.length} log records are shown.</Notice>}
      <ul className={css.list}>{items.map((log) => <Row key={log.log_id} log={log} op={op} />)}</ul>
    </div>
  );
}

function Row({ log, op }: { log: LogRecord; op: Operation }) {
  const [open, setOpen] = useState(false);
  const level = severity(log);
  const offset = between(op.start_time, log.time);
  return (
    <li className={css.row}>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className={css.time} title={isoNs(log.time)}>{offset < 0 ? '' : '+'}{formatDuration(offset)}</span>
          <span className={css.level} data-level={level}>{level}</span>
          <span className={css.service}><ServiceName name={log.service_name} /></span>
          <span className={css.body}><Marked text={clip(log.body || (log.event_name ?? ''), 2_000)} /></span>
        </summary>
        {open && (
          <div className={css.detail}>
            {log.span_id && <p>Span <SpanLink spanId={log.span_id}>{log.span_id}</SpanLink></p>}
            {log.body.length > 2_000 && <pre><bdi>{log.body}</bdi></pre>}
            <AttributeTable attributes={log.attributes} label="Log attributes" empty="No attributes" />
          </div>
        )}
      </details>
    </li>
  );
}
