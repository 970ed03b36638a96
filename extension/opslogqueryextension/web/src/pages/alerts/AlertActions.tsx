import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Alert, acknowledge, mute, unmute } from '../../api/alerts';
import button from '../../components/Button.module.css';
import { Select } from '../../components/Select';
import { useAnnounce } from '../../hooks/useAnnounce';
import { isMuted } from '../../lib/alerts';
import { cx } from '../../lib/cx';
import css from './Alerts.module.css';

const DURATIONS = [['1h', 'for an hour'], ['4h', 'for 4 hours'], ['24h', 'for a day'], ['168h', 'for a week']] as const;

/** Say that you look after it, or keep it quiet for a time. */
export function AlertActions({ alert }: { alert: Alert }) {
  const cache = useQueryClient();
  const announce = useAnnounce();
  const [duration, setDuration] = useState<string>('1h');
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: (what: 'ack' | 'mute' | 'unmute') => (what === 'ack' ? acknowledge(alert.id) : what === 'mute' ? mute(alert.id, duration, reason.trim()) : unmute(alert.id)),
    onSuccess: async (_, what) => {
      announce({ ack: 'Acknowledged', mute: 'Muted', unmute: 'No longer muted' }[what]);
      await Promise.all([cache.invalidateQueries({ queryKey: ['alert', alert.id] }), cache.invalidateQueries({ queryKey: ['alerts'] })]);
    },
  });
  const muted = isMuted(alert, new Date());
  return (
    <div className={css.actions} role="group" aria-label="What to do with the alert">
      {!alert.acked_by && <button type="button" className={cx(button.primary, button.button)} disabled={act.isPending} onClick={() => act.mutate('ack')}>Acknowledge</button>}
      {muted ? <button type="button" className={button.button} disabled={act.isPending} onClick={() => act.mutate('unmute')}>Unmute</button> : (
        <>
          <Select label="Mute" value={duration} options={DURATIONS} onChange={setDuration} />
          <input value={reason} onChange={(e) => setReason(e.target.value)} placeholder="Reason (optional)" aria-label="Reason" maxLength={500} />
          <button type="button" className={button.button} disabled={act.isPending} onClick={() => act.mutate('mute')}>Mute</button>
        </>
      )}
      {act.error && <p role="alert" className={css.red}>{act.error.message}</p>}
    </div>
  );
}
