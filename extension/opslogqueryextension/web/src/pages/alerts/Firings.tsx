import type { AlertRuleTested } from '../../api/alerts';
import { TimeAxis } from '../../charts/TimeAxis';
import { useWidth } from '../../hooks/useWidth';
import { subject } from '../../lib/alerts';
import { plural } from '../../lib/number';
import { clip } from '../../lib/text';
import { formatMoment, toDate } from '../../lib/time';
import css from './Alerts.module.css';

const MOST = 12;
const ROW = 24;
const LEFT = 240;

/** When a rule would have fired: a row for each subject, a bar for each time. The table below has the same. */
export function Firings({ tested }: { tested: AlertRuleTested }) {
  const [box, width] = useWidth<HTMLDivElement>();
  const rows = new Map<string, AlertRuleTested['firings']>();
  for (const firing of tested.firings) {
    const { service, what } = subject(firing.alert);
    const key = [service, firing.alert.labels.operation ?? what].filter(Boolean).join(' · ') || 'everything';
    rows.set(key, [...(rows.get(key) ?? []), firing]);
  }
  const range = tested.range as { from?: string; to?: string };
  const ms = (ns: string) => toDate(ns).getTime();
  const from = Math.min(range.from ? ms(range.from) : Infinity, ...tested.firings.map((f) => ms(f.from)));
  const to = Math.max(ms(tested.through), ...tested.firings.map((f) => ms(f.to)));
  const left = width < 700 ? 110 : LEFT;
  const inner = Math.max(50, width - left - 10);
  const x = (time: number) => left + (inner * (time - from)) / Math.max(1, to - from);
  const shown = [...rows].slice(0, MOST);
  const height = shown.length * ROW + 22;
  return (
    <div ref={box} className={css.firings}>
      <svg width={width} height={height} role="img" aria-label={`Firings of ${plural(rows.size, 'subject')} over time`} data-testid="firings">
        {shown.map(([key, firings], i) => (
          <g key={key} transform={`translate(0,${i * ROW})`}>
            <title>{clip(key, 300)}</title>
            <text x={left - 10} y={16} className={css.subject}>{clip(key, width < 700 ? 14 : 30)}</text>
            <line x1={left} x2={left + inner} y1={12} y2={12} className={css.rail} />
            {firings.map((f) => <rect key={f.from} x={x(ms(f.from))} width={Math.max(3, x(ms(f.to)) - x(ms(f.from)))} y={5} height={14} rx={3} className={css.fired}><title>{`${formatMoment(f.from, new Date())} to ${formatMoment(f.to, new Date())}`}</title></rect>)}
          </g>
        ))}
        <TimeAxis from={from} to={to} x={x} y={height - 5} width={inner} />
      </svg>
      {rows.size > MOST && <p className={css.hint}>The {MOST} longest of {rows.size}; the table has all.</p>}
    </div>
  );
}
