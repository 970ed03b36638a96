import { CircleCheck, CircleHelp, CircleMinus, TriangleAlert } from 'lucide-react';
import type { Quality, QualityCheck } from '../../api/pages';
import { cx } from '../../lib/cx';
import css from './Quality.module.css';

/** The score with its band: never by colour alone. */
export function Score({ quality, large }: { quality: Quality; large?: boolean }) {
  const { score, band } = quality;
  if (score === null) return <span className={css.unscored}>not judged</span>;
  const weak = band === 'poor' || band === 'needs improvement';
  return (
    <span className={cx(css.score, large && css.large)} data-testid="score">
      <b>{Math.round(score)}</b>
      <span className={css.track} aria-hidden><span className={weak ? css.weak : css.fill} style={{ width: `${score}%` }} /></span>
      <span className={css.band}>{band}</span>
    </span>
  );
}

const ICONS = { fail: CircleMinus, warn: TriangleAlert, pass: CircleCheck, unknown: CircleHelp };
const WORDS = { fail: 'fails', warn: 'warning', pass: 'passes', unknown: 'not judged' };

export function CheckMark({ status }: { status: QualityCheck['status'] }) {
  const Icon = ICONS[status];
  return <span className={cx(css.mark, css[status])}><Icon size={15} aria-hidden />{WORDS[status]}</span>;
}
