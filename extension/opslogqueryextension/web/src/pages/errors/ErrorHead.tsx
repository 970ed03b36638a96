import { useState } from 'react';
import type { ErrorGroup, ErrorNote } from '../../api/pages';
import type { Operation } from '../../api/types';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { Fact, Facts } from '../../components/Facts';
import { Select } from '../../components/Select';
import { ServiceName } from '../../components/ServiceName';
import { OperationLink } from '../../components/SpanLink';
import { useNow } from '../../hooks/useNow';
import { STATE_MEANING } from '../../lib/errors';
import { formatCount } from '../../lib/number';
import { formatAgo, formatMoment, isoNs } from '../../lib/time';
import { useDecide } from './Bulk';
import css from './Errors.module.css';
import { StateBadge } from './StateBadge';

const DAY_MS = 864e5;
const SPANS = [['', 'for good'], ['1', 'for a day'], ['7', 'for a week'], ['30', 'for 30 days']] as const;
const RATES = [['', 'however often'], ['0.01', '1 % of operations'], ['0.05', '5 % of operations'], ['0.1', '10 % of operations']] as const;

/** What the error is, how much it hurts, and what was or can be decided about it. */
export function ErrorHead({ group, latest, write }: { group: ErrorGroup; latest: Operation | undefined; write: boolean }) {
  const now = useNow(30_000);
  return (
    <header className={css.top}>
      <div className={css.title}>
        <h2><bdi>{group.type || 'Error'}</bdi></h2><StateBadge state={group.state} /><ServiceName name={group.service} />
      </div>
      <p className={css.text}><bdi>{group.message || 'The record holds no message.'}</bdi></p>
      <Facts foldable>
        <Fact name="Operations">{formatCount(group.count)}</Fact>
        <Fact name="Users">{formatCount(group.users)}</Fact>
        <Fact name="Tenants">{group.tenants > 0 ? formatCount(group.tenants) : null}</Fact>
        <Fact name="First in this range"><span title={isoNs(group.first_seen)}>{formatMoment(group.first_seen, now)} · {formatAgo(group.first_seen, now)}</span></Fact>
        <Fact name="Last seen"><span title={isoNs(group.last_seen)}>{formatMoment(group.last_seen, now)} · {formatAgo(group.last_seen, now)}</span></Fact>
        <Fact name="Versions"><bdi>{(group.versions ?? []).join(', ')}</bdi></Fact>
        <Fact name="Latest">{latest ? <OperationLink id={latest.operation_id}><bdi>{latest.name ?? 'operation'}</bdi></OperationLink> : null}</Fact>
        <Fact name="First">{group.first_example && group.first_example !== group.last_example ? <OperationLink id={group.first_example}>first operation</OperationLink> : null}</Fact>
        <Fact name="Fingerprint"><code>{group.fingerprint}</code><CopyButton text={group.fingerprint} label="Copy the fingerprint" /></Fact>
      </Facts>
      <Decision group={group} write={write} />
    </header>
  );
}

function Decision({ group, write }: { group: ErrorGroup; write: boolean }) {
  const [text, setText] = useState('');
  const [version, setVersion] = useState('');
  const [days, setDays] = useState('');
  const [rate, setRate] = useState('');
  const { decide, problem, busy } = useDecide();
  const { note, state } = group;
  const to = (next: ErrorNote['state'], more: Partial<ErrorNote> = {}) => void decide([group], { state: next, ...(text && { text }), ...more });
  const settled = state === 'resolved' || state === 'ignored' || state === 'expected';
  return (
    <>
      {note && (
        <p className={css.note} data-testid="error-note">
          Decided <b>{note.state}</b>{note.by ? <> by <bdi>{note.by}</bdi></> : null}{note.since ? ` ${formatMoment(note.since, new Date())}` : ''}
          {note.until && note.until !== '0' ? `, until ${formatMoment(note.until, new Date())}` : ''}{note.text ? <>: <bdi>{note.text}</bdi></> : null}. {STATE_MEANING[state]}.
        </p>
      )}
      {write && (
        <div className={css.decide}>
          <input value={text} onChange={(e) => setText(e.target.value)} placeholder="Note (optional)" aria-label="Note on the decision" maxLength={2_000} />
          {!settled && (
            <>
              <span className={css.pair}>
                <input className={css.short} value={version} onChange={(e) => setVersion(e.target.value)} placeholder="in version (optional)" aria-label="Version that holds the mend" maxLength={200} />
                <button type="button" className={button.button} disabled={busy} title="It comes back as regressed, when it happens in that version or after now" onClick={() => to('resolved', version.trim() ? { version: version.trim() } : {})}>Resolve</button>
              </span>
              <span className={css.pair}>
                <Select label="Ignore" value={days} options={SPANS} onChange={setDays} />
                <button type="button" className={button.button} disabled={busy} onClick={() => to('ignored', days ? { until: `${Date.now() + Number(days) * DAY_MS}000000` } : {})}>Ignore</button>
              </span>
              <span className={css.pair}>
                <Select label="Up to" value={rate} options={RATES} onChange={setRate} />
                <button type="button" className={button.button} disabled={busy} title="It is known to happen: no alerts for it below the limit" onClick={() => to('expected', rate ? { max_rate: Number(rate) } : {})}>Expected</button>
              </span>
            </>
          )}
          {settled && <button type="button" className={button.button} disabled={busy} onClick={() => to('ongoing')}>Reopen</button>}
          {problem && <p className={css.problem} role="alert">{problem}</p>}
        </div>
      )}
    </>
  );
}
