import type { Operation } from '../../api/types';
import { effectsText } from '../../lib/effects';
import { CategoryTable } from './CategoryTable';
import { EffectsTable, StepsTable } from './StepTables';
import css from './StepsTab.module.css';

/** What the operation did, from the record alone: exact even where its spans were not kept. Links go to spans. */
export function StepsTab({ op, links = true }: { op: Operation; links?: boolean }) {
  const done = effectsText(op.effects ?? []);
  return (
    <div className={css.tab} data-testid="steps">
      <section aria-labelledby="effects-title">
        <h2 id="effects-title">Effects</h2>
        <p className={css.lead}>What it changed, or tried to change, in order.{done && <> <strong data-testid="effects-done">{done} done</strong></>}</p>
        <EffectsTable op={op} links={links} />
      </section>
      <section aria-labelledby="steps-title">
        <h2 id="steps-title">Steps</h2>
        <p className={css.lead}>Calls that left the service; those that differ in their values only count as one.</p>
        <StepsTable op={op} />
      </section>
      <section aria-labelledby="categories-title">
        <h2 id="categories-title">Where the time went</h2>
        <CategoryTable op={op} />
      </section>
    </div>
  );
}
