import { useQuery } from '@tanstack/react-query';
import { ExternalLink, X } from 'lucide-react';
import { useMemo } from 'react';
import { operationQuery, traceQuery } from '../../api/queries';
import type { Operation } from '../../api/types';
import button from '../../components/Button.module.css';
import { Fact, Facts } from '../../components/Facts';
import { Marked } from '../../components/Marked';
import { ServiceName } from '../../components/ServiceName';
import { Skeleton } from '../../components/States';
import { StatusMark } from '../../components/StatusMark';
import { formatDuration } from '../../lib/duration';
import { barOf } from '../../lib/layout';
import { formatCount, plural } from '../../lib/number';
import { findingName } from '../../lib/outcome';
import { serviceVar } from '../../lib/service';
import { clip } from '../../lib/text';
import { formatMoment } from '../../lib/time';
import { type Tree, foldedAtFirst, treeOf, visible } from '../../lib/tree';
import css from './Peek.module.css';

interface Props {
  id: string;
  onClose: () => void;
  onOpen: () => void;
}

/** The selected operation beside the list: enough to decide whether to open it. */
export function Peek({ id, onClose, onOpen }: Props) {
  const { data: op, error } = useQuery(operationQuery(id));
  return (
    <aside className={css.panel} aria-label="Selected operation" data-testid="peek">
      <header>
        {op && <StatusMark status={op.status} status_code={op.status_code} transport={op.transport} />}
        <h2><bdi>{op?.name ?? ''}</bdi></h2>
        <button type="button" className={button.button} onClick={onOpen}><ExternalLink size={13} aria-hidden />Open</button>
        <button type="button" className={button.bare} aria-label="Close" title="Close (Esc)" onClick={onClose}><X size={15} aria-hidden /></button>
      </header>
      {error && <p>{error.message}</p>}
      {op ? <Content op={op} /> : !error && <Skeleton rows={6} height={28} />}
    </aside>
  );
}

function Content({ op }: { op: Operation }) {
  const trace = useQuery({ ...traceQuery(op), retry: false }).data;
  const tree = useMemo(() => (trace ? treeOf(trace) : null), [trace]);
  return (
    <>
      {op.status === 'error' && (op.error_type ?? op.error_message ?? op.status_message) && <p className={css.error}>{op.error_type && <strong><bdi>{op.error_type}</bdi> </strong>}<Marked text={clip(op.error_message ?? op.status_message ?? '', 400)} /></p>}
      <Facts>
        <Fact name="Service"><ServiceName name={op.service_name} version={op.service_version} /></Fact>
        <Fact name="Started">{formatMoment(op.start_time, new Date())}</Fact>
        <Fact name="Duration">{formatDuration(op.duration)}</Fact>
        <Fact name="Spans">{formatCount(op.span_count)}{op.error_span_count > 0 && `, ${formatCount(op.error_span_count)} failed`}</Fact>
        <Fact name="User">{op.user_id && <span><Marked text={op.user_id} /></span>}</Fact>
        <Fact name="Slowest step">{op.slowest_step_name && <bdi>{clip(op.slowest_step_name, 80)}, {formatDuration(op.slowest_step_self_time ?? 0)}</bdi>}</Fact>
      </Facts>
      {op.findings?.map((finding, i) => <p key={i} className={css.finding}><strong>{findingName(finding.kind)}</strong> <Marked text={finding.evidence} /></p>)}
      {tree && <Waterfall tree={tree} />}
    </>
  );
}

const MOST = 80; // rows; more are looked at on the operation's own page

function Waterfall({ tree }: { tree: Tree }) {
  const rows = visible(tree, foldedAtFirst(tree)).filter((row) => row >= 0);
  const whole = [0, Math.max(1, tree.duration)] as const;
  return (
    <section aria-label="Spans">
      <h3>{tree.derived ? 'Operations of the trace' : plural(tree.spans.length, 'span')}, {formatDuration(tree.duration)}</h3>
      <ul className={css.spans}>
        {rows.slice(0, MOST).map((i) => {
          const span = tree.spans[i];
          const bar = span && barOf(tree.offset[i] ?? 0, tree.groups.get(i)?.total ?? span.duration, whole);
          return span && bar && (
            <li key={i} className={span.status === 'error' ? css.failed : undefined}>
              <bdi style={{ paddingLeft: 8 * Math.min(tree.depth[i] ?? 0, 10) }} title={clip(span.name, 500)}>{span.status === 'error' && '✕ '}{clip(span.name, 80)}{tree.groups.has(i) && ` ×${formatCount(tree.groups.get(i)?.count ?? 0)}`}</bdi>
              <span className={css.track}><span style={{ left: `${bar.left}%`, width: `${bar.width}%`, backgroundColor: serviceVar(span.service_name) }} /></span>
              <span className={css.time}>{formatDuration(span.duration)}</span>
            </li>
          );
        })}
      </ul>
      {rows.length > MOST && <p>and {plural(rows.length - MOST, 'more row')}</p>}
    </section>
  );
}
