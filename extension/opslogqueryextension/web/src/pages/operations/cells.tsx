import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { Operation } from '../../api/types';
import { Badge } from '../../components/Badge';
import { NewBadge } from '../../components/NewBadge';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
import { what } from '../../lib/outcome';
import { clip } from '../../lib/text';
import { formatAgo, formatClock, formatDay, isoNs } from '../../lib/time';
import css from './cells.module.css';

export function TimeCell({ op, now, ago }: { op: Operation; now: Date; ago: boolean }) {
  if (ago) return <span className={css.time} title={isoNs(op.start_time)}>{formatAgo(op.start_time, now)}</span>;
  const day = formatDay(op.start_time, now);
  return <span className={css.time} title={isoNs(op.start_time)}>{day && <span className={css.day}>{day} </span>}{formatClock(op.start_time)}</span>;
}

/** The concrete path, where the name does not say it already. */
function concrete(op: Operation): string {
  return op.target && !op.name?.includes(op.target) ? op.target : '';
}

export function NameCell({ op }: { op: Operation }) {
  return (
    <span className={css.name}>
      <Link to="/operations/$operationId" params={{ operationId: op.operation_id }} search={{}} tabIndex={-1} preload={false}><bdi>{clip(op.name ?? 'unnamed')}</bdi></Link>
      {concrete(op) && <bdi className={css.target} title={clip(concrete(op), 2000)}>{clip(concrete(op))}</bdi>}
    </span>
  );
}

/** A number, and a bar relative to the longest row that is loaded. */
export function DurationCell({ op, longest }: { op: Operation; longest: number }) {
  return (
    <span className={css.duration} title={`${formatCount(op.duration)} ns`}>
      <span className={css.track} aria-hidden><span className={css.bar} style={{ width: `${(100 * op.duration) / longest}%` }} /></span>
      <span className={css.number}>{formatDuration(op.duration)}</span>
    </span>
  );
}

export function SpansCell({ op }: { op: Operation }) {
  const errors = op.error_span_count;
  return (
    <span className={css.spans} title={`${plural(op.span_count, 'span')}, ${plural(errors, 'error')}`}>
      {formatCount(op.span_count)}{errors > 0 && <span className={css.errors}><X size={11} strokeWidth={3} aria-hidden />{formatCount(errors)}</span>}
    </span>
  );
}

export function WhatCell({ op, fresh }: { op: Operation; fresh: boolean }) {
  const fact = what(op);
  const text = fact ? [fact.title, fact.text].filter(Boolean).join(': ') : '';
  return (
    <span className={css.what} title={clip(text, 2000)}>
      {fresh && <NewBadge />}
      {op.destructive && <Badge tone="warn" title="Deletes or overwrites">destructive</Badge>}
      {fact?.tone === 'finding' && <Badge tone="warn">{fact.title}</Badge>}
      {fact?.tone === 'note' && <Badge>{fact.title}</Badge>}
      {fact?.tone === 'error' && fact.title && <bdi className={css.type}>{clip(fact.title, 80)}</bdi>}
      {fact?.text && <bdi className={cx(css.text)}>{clip(fact.text)}</bdi>}
    </span>
  );
}
