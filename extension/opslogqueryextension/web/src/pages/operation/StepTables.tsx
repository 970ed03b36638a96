import { Check, Minus, Undo2, X } from 'lucide-react';
import type { Effect, Operation, Step } from '../../api/types';
import { SpanLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import css from './StepsTab.module.css';

export function StepsTable({ op }: { op: Operation }) {
  const steps = op.external ?? [];
  if (steps.length === 0) return <p className={css.none}>It made no calls that were recorded.</p>;
  return (
    <div className={css.wrap} tabIndex={0} role="group" aria-label="Steps">
      <table className={css.table}>
        <thead><tr><th>At</th><th>Kind</th><th>Target</th><th>Call</th><th className={css.number}>Count</th><th className={css.number}>Total</th><th className={css.number}>Longest</th></tr></thead>
        <tbody>{steps.map((step, i) => <StepRow key={i} step={step} />)}</tbody>
      </table>
    </div>
  );
}

function StepRow({ step }: { step: Step }) {
  return (
    <tr>
      <td className={css.muted}>+{formatDuration(step.first_offset)}</td>
      <td className={css.muted}><bdi>{step.system ?? step.category}</bdi></td>
      <td><bdi>{step.target}</bdi></td>
      <td className={css.template}><bdi>{step.template}</bdi></td>
      <td className={css.number}>{step.errors ? <span className={css.errors}>{formatCount(step.errors)} failed of </span> : null}{formatCount(step.count)}</td>
      <td className={css.number}>{formatDuration(step.total)}</td>
      <td className={css.number}>{formatDuration(step.max)}</td>
    </tr>
  );
}

const OUTCOME = {
  done: { icon: Check, text: 'done' },
  failed: { icon: X, text: 'failed' },
  rolled_back: { icon: Undo2, text: 'rolled back' },
  not_reached: { icon: Minus, text: 'not reached' },
};

export function EffectsTable({ op, links }: { op: Operation; links: boolean }) {
  const effects = op.effects ?? [];
  if (effects.length === 0) return <p className={css.none}>It changed nothing that was recorded.</p>;
  return (
    <div className={css.wrap} tabIndex={0} role="group" aria-label="Effects">
      <table className={css.table}>
        <thead><tr><th>Outcome</th><th>At</th><th>Kind</th><th>Action</th><th>Target</th><th className={css.number}>Rows</th><th><span className="visually-hidden">Span</span></th></tr></thead>
        <tbody>{effects.map((effect, i) => <EffectRow key={i} effect={effect} link={links} />)}</tbody>
      </table>
    </div>
  );
}

function EffectRow({ effect, link }: { effect: Effect; link: boolean }) {
  const { icon: Icon, text } = OUTCOME[effect.outcome];
  return (
    <tr>
      <td><span className={css.outcome} data-outcome={effect.outcome}><Icon size={13} aria-hidden />{text}</span></td>
      <td className={css.muted}>{effect.outcome === 'not_reached' ? '' : `+${formatDuration(effect.offset)}`}</td>
      <td className={css.muted}>{effect.kind}</td>
      <td><bdi>{effect.action}</bdi></td>
      <td className={css.template}><bdi>{effect.target}</bdi></td>
      <td className={css.number}>{effect.rows === undefined ? '' : formatCount(effect.rows)}</td>
      <td className={css.link}>{link && effect.span_id && <SpanLink spanId={effect.span_id}>Show span</SpanLink>}</td>
    </tr>
  );
}
