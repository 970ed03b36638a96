import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { operationQuery } from '../../api/queries';
import type { Effect } from '../../api/types';
import button from '../../components/Button.module.css';
import { Fact, Facts } from '../../components/Facts';
import { OperationLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { OUTCOMES } from '../../lib/effects';
import { formatCount } from '../../lib/number';
import { clip, words } from '../../lib/text';
import css from './Commands.module.css';
import type { Entry } from './CommandsPage';
import { Reproduce } from './Reproduce';
import { Reviews } from './Reviews';

/** One command: what it did and did not, what people said of it, and how to send it again. */
export function CommandPanel({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const { op } = entry;
  const whole = useQuery(operationQuery(op.operation_id)).data;
  return (
    <aside className={css.panel} aria-label={`Command ${op.name ?? ''}`} data-testid="command-panel">
      <header><h2><bdi>{clip(op.name ?? 'unnamed', 160)}</bdi></h2><button type="button" className={button.bare} aria-label="Close" onClick={onClose}><X size={15} aria-hidden /></button></header>
      <p className={css.links}>
        <OperationLink id={op.operation_id}>Open the operation</OperationLink>
        {op.user_id && <Link from="/commands" to="." search={(before) => ({ ...before, actor: op.user_id, sel: '' })}>What else this actor did</Link>}
      </p>
      <Facts>
        <Fact name="Actor">{op.user_id && <bdi>{op.user_id}</bdi>}</Fact>
        <Fact name="Tenant">{op.tenant_id && <bdi>{op.tenant_id}</bdi>}</Fact>
        <Fact name="Target">{op.target && <bdi>{clip(op.target, 300)}</bdi>}</Fact>
        <Fact name="Duration">{formatDuration(op.duration)}</Fact>
        <Fact name="Request">{op.request_id && <bdi>{op.request_id}</bdi>}</Fact>
        <Fact name="Why a command">{whole?.kind_evidence && <bdi>{whole.kind_evidence}</bdi>}</Fact>
        <Fact name="Error">{op.error_message ? <span className={css.red}><bdi>{clip([op.error_type, op.error_message].filter(Boolean).join(': '), 300)}</bdi></span> : null}</Fact>
        <Fact name="Attempt before">{op.retry_of ? <OperationLink id={op.retry_of}>attempt {Math.max(1, Number(op.attempt) - 1)}</OperationLink> : null}</Fact>
      </Facts>
      {whole?.request_body && <><h3>Input</h3><pre className={css.input} tabIndex={0}>{clip(whole.request_body, 4_000)}</pre></>}
      <h3>Effects</h3>
      <EffectList effects={whole?.effects ?? entry.effects} />
      <Reviews id={op.operation_id} />
      <Reproduce op={op} />
    </aside>
  );
}

/** What an effect was made on; the others are words as they are. */
const KINDS: Record<string, string> = { db: 'database', rpc: 'RPC', http: 'HTTP', message: 'message', cache: 'cache', file: 'file' };

function EffectList({ effects }: { effects: Effect[] }) {
  if (effects.length === 0) return <p className={css.none}>No write, message or call that changes something was recorded.</p>;
  return (
    <ol className={css.effects} data-testid="effects">
      {effects.map((e, i) => (
        <li key={i}>
          <span className={e.outcome === 'done' ? css.done : e.outcome === 'failed' ? css.red : css.undone}>{e.outcome === 'done' ? '✓' : e.outcome === 'failed' ? '✕' : '○'} {OUTCOMES[e.outcome]}</span>
          <span><bdi>{clip(`${e.action} ${e.target}`, 160)}</bdi> <small>{KINDS[e.kind] ?? words(e.kind)}{e.rows ? `, ${formatCount(e.rows)} rows` : ''}</small></span>
        </li>
      ))}
    </ol>
  );
}
