import type { HTMLAttributes } from 'react';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import { formatTick } from '../../lib/duration';
import { type View, pointOf, ticks } from '../../lib/layout';
import css from './TimeAxis.module.css';

/** The head of the waterfall: round times, and the handle between names and bars. */
export function TimeAxis({ view, handle }: { view: View; handle: HTMLAttributes<HTMLElement> }) {
  const narrow = useMediaQuery('(max-width: 700px)');
  const marks = ticks(view, narrow ? 2 : 6);
  const step = (marks[1] ?? view[1]) - (marks[0] ?? 0);
  return (
    <div className={css.axis}>
      <span className={css.name}>Span</span>
      <span className={css.handle} {...handle} />
      <span className={css.times} aria-hidden>
        {marks.map((t) => (
          <span key={t} className={css.tick} style={{ left: `${pointOf(t, view) ?? 0}%` }}>{formatTick(t, step)}</span>
        ))}
      </span>
    </div>
  );
}
