import type { LogRecord, Span } from '../../api/types';
import { AttributeTable } from '../../components/AttributeTable';
import { Marked } from '../../components/Marked';
import { StackTrace } from '../../components/StackTrace';
import { formatDuration } from '../../lib/duration';
import { severity } from '../../lib/severity';
import { clip } from '../../lib/text';
import { between } from '../../lib/time';
import type { Tree } from '../../lib/tree';
import css from './SpanPanel.module.css';

const STACK = 'exception.stacktrace';

export function SpanEvents({ span, tree }: { span: Span; tree: Tree }) {
  const events = span.events ?? [];
  if (events.length === 0) return null;
  return (
    <section>
      <h3>Events</h3>
      {events.map((event, i) => {
        const { [STACK]: stack, ...attributes } = event.attributes ?? {};
        return (
          <div key={i} className={css.event}>
            <p className={css.eventHead}><span className={css.at}>+{formatDuration(between(tree.start, event.time))}</span><strong><bdi>{event.name}</bdi></strong></p>
            <AttributeTable attributes={attributes} label={`Attributes of ${event.name}`} empty="" />
            {typeof stack === 'string' && <StackTrace text={stack} />}
          </div>
        );
      })}
    </section>
  );
}

export function SpanLogs({ logs, tree }: { logs: LogRecord[]; tree: Tree }) {
  if (logs.length === 0) return null;
  return (
    <section>
      <h3>Logs</h3>
      {logs.map((log) => (
        <div key={log.log_id} className={css.event}>
          <p className={css.eventHead}><span className={css.at}>+{formatDuration(between(tree.start, log.time))}</span><span className={css.at}>{severity(log)}</span></p>
          <span className={css.body}><Marked text={clip(log.body || (log.event_name ?? ''), 4_000)} /></span>
        </div>
      ))}
    </section>
  );
}

export function SpanLinks({ span }: { span: Span }) {
  const links = span.links ?? [];
  if (links.length === 0) return null;
  return (
    <section>
      <h3>Links</h3>
      {links.map((link, i) => (
        <div key={i} className={css.event}>
          <code>trace {link.trace_id} span {link.span_id}</code>
          <AttributeTable attributes={link.attributes} label="Attributes of the link" empty="" />
        </div>
      ))}
    </section>
  );
}
