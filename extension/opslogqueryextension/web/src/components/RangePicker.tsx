import { ChevronDown, Clock, Link2 } from 'lucide-react';
import { useCallback, useRef, useState } from 'react';
import { useAnnounce } from '../hooks/useAnnounce';
import { useDismiss } from '../hooks/useDismiss';
import { useZone } from '../hooks/useZone';
import { PRESETS, type Range, absoluteRange, rangeLabel, resolveTime, toLocalInput } from '../lib/range';
import { fromInput } from '../lib/zone';
import button from './Button.module.css';
import css from './RangePicker.module.css';

interface Props {
  range: Range;
  onChange: (range: Range) => void;
}

export function RangePicker({ range, onChange }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const { utc, choose: chooseZone } = useZone();
  useDismiss(root, open, close);
  const choose = (next: Range) => {
    setOpen(false);
    onChange(next);
  };
  return (
    <div className={css.root} ref={root}>
      <button type="button" className={button.button} aria-expanded={open} aria-haspopup="dialog" onClick={() => setOpen(!open)} data-testid="range">
        <Clock size={14} aria-hidden /><span className={css.label}>{rangeLabel(range, new Date())}{utc ? ' · UTC' : ''}</span><ChevronDown size={14} aria-hidden />
      </button>
      {open && (
        <div className={css.popover} role="dialog" aria-label="Time range">
          <div className={css.presets}>
            {PRESETS.map((p) => (
              <button key={p.from} type="button" className={css.preset} aria-pressed={range.to === 'now' && range.from === p.from}
                onClick={() => choose({ from: p.from, to: 'now' })}>{p.label}</button>
            ))}
          </div>
          <div>
            <Absolute range={range} onChange={choose} />
            <label className={css.zone}><input type="checkbox" checked={utc} onChange={(e) => chooseZone(e.target.checked)} />times in UTC</label>
          </div>
        </div>
      )}
    </div>
  );
}

/** Two fixed times, and a link that keeps them. */
function Absolute({ range, onChange }: Props) {
  const now = new Date();
  const initial = (text: string) => toLocalInput(resolveTime(text, now) ?? now);
  const [from, setFrom] = useState(() => initial(range.from));
  const [to, setTo] = useState(() => initial(range.to));
  const announce = useAnnounce();
  const valid = fromInput(from) < fromInput(to);
  const copyLink = () => {
    const url = new URL(location.href);
    const fixed = absoluteRange(range, new Date());
    url.searchParams.set('from', fixed.from);
    url.searchParams.set('to', fixed.to);
    navigator.clipboard.writeText(url.href).then(() => announce('Copied'), () => announce('The browser did not allow copying'));
  };
  return (
    <form className={css.absolute} onSubmit={(event) => {
      event.preventDefault();
      if (valid) onChange({ from: fromInput(from).toISOString(), to: fromInput(to).toISOString() });
    }}>
      <label>From<input type="datetime-local" step={1} value={from} onChange={(e) => setFrom(e.target.value)} required /></label>
      <label>To<input type="datetime-local" step={1} value={to} onChange={(e) => setTo(e.target.value)} required aria-describedby="range-error" /></label>
      <p id="range-error" className={css.error}>{valid ? '' : 'The start must be before the end.'}</p>
      <button type="submit" className={button.primary} disabled={!valid}>Apply</button>
      <button type="button" className={button.button} onClick={copyLink}><Link2 size={14} aria-hidden />Copy link with fixed times</button>
    </form>
  );
}
