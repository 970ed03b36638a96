import type { Review } from '../../api/pages';

/** The states of a review, and what they are called. */
export const REVIEWS: readonly (readonly [Review['state'], string])[] = [
  ['needs_review', 'needs review'], ['ok', 'ok'], ['fixed', 'fixed'], ['reverted', 'reverted'], ['retried', 'retried'],
];

export const reviewName = (state: string) => REVIEWS.find(([id]) => id === state)?.[1] ?? state;
