import css from './Bars.module.css';

/** Counts as bars without axes; what they say is said in words, too. */
export function Spark({ counts, label }: { counts: readonly number[]; label: string }) {
  const max = Math.max(1, ...counts);
  const width = 100 / Math.max(1, counts.length);
  return (
    <svg className={css.spark} viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label={label}>
      {counts.map((n, i) => n > 0 && <rect key={i} x={i * width + width * 0.1} width={width * 0.8} y={24 - Math.max(2, (24 * n) / max)} height={Math.max(2, (24 * n) / max)} />)}
    </svg>
  );
}

/** A share of a whole as a bar, with the number beside it. */
export function ShareBar({ share, text, error }: { share: number; text: string; error?: boolean }) {
  return (
    <span className={css.share}>
      <span className={css.track} aria-hidden><span className={error ? css.bad : css.fill} style={{ width: `${Math.min(100, Math.max(share > 0 ? 2 : 0, share * 100))}%` }} /></span>
      <span className={css.text}>{text}</span>
    </span>
  );
}
