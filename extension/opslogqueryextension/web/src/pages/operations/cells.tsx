import { X } from 'lucide-react';
import type { Operation } from '../../api/types';
import { Badge } from '../../components/Badge';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
import { what } from '../../lib/outcome';
import { clip } from '../../lib/text';
import css from './cells.module.css';

/** A number, and a bar relative to the longest row that is loaded. */
export function DurationCell({ op, longest }: { op: Operation; longest: number }) {
  return (
    <span role="gridcell" className={css.duration} title={`${formatCount(op.duration)} ns`}>
      <span className={css.track} aria-hidden><span className={css.bar} style={{ width: `${(100 * op.duration) / longest}%` }} /></span>
      <span className={css.number}>{formatDuration(op.duration)}</span>
    </span>
  );
}

export function SpansCell({ op }: { op: Operation }) {
  const errors = op.error_span_count;
  return (
    <span role="gridcell" className={css.spans} title={`${plural(op.span_count, 'span')}, ${plural(errors, 'error')}`}>
      {formatCount(op.span_count)}{errors > 0 && <span className={css.errors}><X size={11} strokeWidth={3} aria-hidden />{formatCount(errors)}</span>}
    </span>
  );
}

export function WhatCell({ op }: { op: Operation }) {
  const fact = what(op);
  const text = fact ? [fact.title, fact.text].filter(Boolean).join(': ') : '';
  return (
    <span role="gridcell" className={css.what} title={clip(text, 2000)}>
      {op.destructive && <Badge tone="warn" title="Deletes or overwrites">destructive</Badge>}
      {fact?.tone === 'finding' && <Badge tone="warn">{fact.title}</Badge>}
      {fact?.tone === 'note' && <Badge>{fact.title}</Badge>}
      {fact?.tone === 'error' && fact.title && <bdi className={css.type}>{clip(fact.title, 80)}</bdi>}
      {fact?.text && <bdi className={cx(css.text)}>{clip(fact.text)}</bdi>}
    </span>
  );
}
