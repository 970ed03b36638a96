// Side effects of a command, counted and in words.
import type { Effect } from '../api/types';

/** How many of the effects stand: "3/5". Reads of nothing give an empty text. */
export function effectsText(effects: readonly Effect[]): string {
  if (effects.length === 0) return '';
  return `${effects.filter((e) => e.outcome === 'done').length}/${effects.length}`;
}

export const OUTCOMES: Record<Effect['outcome'], string> = { done: 'done', failed: 'failed', rolled_back: 'rolled back', not_reached: 'not reached' };

/** Whether some were done and others were not: the state in which somebody has to look. */
export function isHalfDone(effects: readonly Effect[]): boolean {
  return effects.some((e) => e.outcome === 'done') && effects.some((e) => e.outcome !== 'done');
}
