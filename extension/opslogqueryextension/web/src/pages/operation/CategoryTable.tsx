import type { Operation } from '../../api/types';
import { formatDuration } from '../../lib/duration';
import { formatCount, formatShare } from '../../lib/number';
import css from './StepsTab.module.css';

const CATEGORIES = [['db', 'Database'], ['http', 'HTTP'], ['rpc', 'RPC'], ['messaging', 'Messaging'], ['cache', 'Cache'], ['file', 'Files']] as const;

/** Time in each kind of call, against the operation's own. Overlapping calls of one kind count once. */
export function CategoryTable({ op }: { op: Operation }) {
  const used = CATEGORIES.filter(([key]) => op[`${key}_calls`]);
  return (
    <div className={css.wrap} tabIndex={0} role="group" aria-label="Where the time went">
      <table className={css.table}>
        <thead><tr><th>Kind</th><th className={css.number}>Calls</th><th className={css.number}>Time</th><th className={css.number}>Longest</th><th className={css.number}>Critical path</th><th>Share of the operation</th></tr></thead>
        <tbody>
          {used.map(([key, name]) => (
            <tr key={key}>
              <td>{name}{key === 'cache' && (op.cache_hits || op.cache_misses) ? <span className={css.muted}> {op.cache_hits ?? 0} hits, {op.cache_misses ?? 0} misses</span> : null}</td>
              <td className={css.number}>{op[`${key}_errors`] ? <span className={css.errors}>{op[`${key}_errors`]} failed of </span> : null}{formatCount(op[`${key}_calls`] ?? 0)}</td>
              <td className={css.number}>{formatDuration(op[`${key}_time`] ?? 0)}</td>
              <td className={css.number}>{formatDuration(op[`${key}_max`] ?? 0)}</td>
              <td className={css.number}>{formatShare(op[`${key}_critical_share`] ?? 0)}</td>
              <Share part={op[`${key}_time`] ?? 0} whole={op.duration} />
            </tr>
          ))}
          <tr>
            <td>Own code and waiting</td><td /><td className={css.number}>{formatDuration(op.self_time ?? op.duration)}</td><td /><td />
            <Share part={op.self_time ?? op.duration} whole={op.duration} />
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Share({ part, whole }: { part: number; whole: number }) {
  const share = whole > 0 ? Math.min(1, part / whole) : 0;
  return <td className={css.share}><span className={css.track} title={formatShare(share)}><span className={css.bar} style={{ width: `${100 * share}%` }} /></span></td>;
}
