import { Pause, Play } from 'lucide-react';
import button from '../../components/Button.module.css';
import type { TailState } from '../../hooks/useTail';
import { cx } from '../../lib/cx';
import { formatCount, plural } from '../../lib/number';
import css from './TailBar.module.css';

interface Props {
  state: TailState;
  /** Why nothing moves; empty where it does. */
  held: string;
  waiting: number;
  onToggle: () => void;
}

/** Says whether the list follows what happens, how much that is, and what waits. */
export function TailBar({ state, held, waiting, onToggle }: Props) {
  const { connected, rate, dropped } = state;
  return (
    <div className={cx(css.bar, held && css.held, !connected && css.lost)} data-testid="tail-bar" data-state={!connected ? 'lost' : held ? 'paused' : 'live'}>
      <span className={css.dot} aria-hidden />
      <strong>{!connected ? 'Connecting…' : held ? `Paused ${held}` : 'Live'}</strong>
      <span>{rate.toFixed(rate < 10 ? 1 : 0)}/s</span>
      {dropped > 0 && <span>{plural(dropped, 'operation')} not sent: too many a second</span>}
      {waiting > 0 && <button type="button" className={css.waiting} onClick={onToggle} data-testid="tail-waiting">▲ {formatCount(waiting)} new, show them</button>}
      <button type="button" className={button.button} onClick={onToggle} title="Space">{held ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}{held ? 'Resume' : 'Pause'}</button>
    </div>
  );
}
