import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { beforeQuery } from '../../api/neighbours';
import type { Moment, Operation } from '../../api/types';
import { Marked } from '../../components/Marked';
import { ServiceName } from '../../components/ServiceName';
import { OperationLink, SpanLink } from '../../components/SpanLink';
import { Notice, Skeleton, State } from '../../components/States';
import { StatusMark } from '../../components/StatusMark';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { clip } from '../../lib/text';
import { between, isoNs } from '../../lib/time';
import css from './StepsTab.module.css';

/** What happened up to the failure, in order, and what the same person did before. */
export function BeforeTab({ op }: { op: Operation }) {
  const before = useQuery(beforeQuery(op.operation_id));
  if (before.isPending) return <Skeleton rows={8} height={30} />;
  if (!before.data) return <Notice>What happened before could not be read: {before.error.message}</Notice>;
  const { items, earlier, truncated, at } = before.data;
  const failed = op.status === 'error';
  return (
    <div className={css.tab} data-testid="before">
      <section aria-labelledby="before-title">
        <h2 id="before-title">{failed ? 'Before the error' : 'Before the end'}</h2>
        <p className={css.lead}>Spans, events and log records of the whole trace, counted back from {failed ? 'the failure' : 'the end'}.</p>
        {truncated && <Notice>Older moments are left out.</Notice>}
        {items.length === 0 ? <State icon={History} title="Nothing is known" testId="nothing-before"><p>Neither spans nor log records of this trace were kept.</p></State> : <Moments items={items} sign="−" label="Moments before the error" />}
      </section>
      {earlier.length > 0 && (
        <section aria-labelledby="earlier-title">
          <h2 id="earlier-title">Earlier operations of the same user or session</h2>
          <div className={css.wrap} tabIndex={0} role="group" aria-label="Earlier operations">
            <table className={css.table}>
              <thead><tr><th>Before</th><th>Outcome</th><th>Operation</th><th>Service</th><th className={css.number}>Duration</th></tr></thead>
              <tbody>
                {earlier.map((other) => (
                  <tr key={other.operation_id}>
                    <td className={css.muted} title={isoNs(other.start_time)}>−{formatDuration(between(other.start_time, at))}</td>
                    <td><StatusMark status={other.status} status_code={other.status_code} transport={other.transport} /></td>
                    <td className={css.template}><OperationLink id={other.operation_id}><bdi>{clip(other.name ?? 'unnamed')}</bdi></OperationLink></td>
                    <td><ServiceName name={other.service_name} /></td>
                    <td className={css.number}>{formatDuration(other.duration)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </div>
  );
}

const BAD = new Set(['error', 'fatal']);

export function Moments({ items, sign, label }: { items: Moment[]; sign: '−' | '+'; label: string }) {
  return (
    <div className={css.wrap} tabIndex={0} role="group" aria-label={label}>
      <table className={css.table}>
        <thead><tr><th>Time</th><th>What</th><th>Service</th><th /><th>Result</th></tr></thead>
        <tbody>
          {items.map((moment, i) => (
            <tr key={i} data-testid="moment">
              <td className={css.muted} title={isoNs(moment.time)}>{sign}{formatDuration(moment.before)}</td>
              <td className={css.muted}>{moment.kind}</td>
              <td>{moment.service && <ServiceName name={moment.service} />}</td>
              <td className={css.template}>
                {moment.span_id ? <SpanLink spanId={moment.span_id}><Marked text={clip(moment.text, 500)} /></SpanLink> : <Marked text={clip(moment.text, 500)} />}
                {moment.detail && <> <span className={css.none}><Marked text={clip(moment.detail, 500)} /></span></>}
              </td>
              <td className={cx(css.muted, BAD.has(moment.status ?? '') && css.errors)}>{[moment.status === 'unset' ? '' : moment.status, moment.duration ? formatDuration(moment.duration) : ''].filter(Boolean).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
