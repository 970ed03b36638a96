import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ErrorGroup, type Filter, rowsQuery } from '../../api/pages';
import { Section } from '../../components/Page';
import { groupText, membersOf } from '../../lib/errors';
import { formatCount, plural } from '../../lib/number';
import { quote } from '../../lib/queryText';
import { cellText, clip } from '../../lib/text';
import css from './Errors.module.css';
import { Asked, Regrouped } from './Regrouped';
import { useRegroup } from './useRegroup';

/** The errors that people put together here, and the way to take them out again. */
export function Members({ group, filter, write }: { group: ErrorGroup; filter: Filter; write: boolean }) {
  const members = membersOf(group);
  const { split, ...regrouped } = useRegroup();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const q = `${groupText(group)} AND service = ${quote(group.service)} | count() by error.group, error.type, error.message | sort count() desc`;
  const rows = useQuery({ ...rowsQuery(q, { from: filter.from, to: filter.to }), enabled: members.length > 1 }).data?.rows ?? [];
  const of = (fingerprint: string) => rows.filter((row) => row[0] === fingerprint);
  const out = members.filter((m) => chosen.has(m));
  const toggle = (fingerprint: string) => {
    const next = new Set(chosen);
    if (!next.delete(fingerprint)) next.add(fingerprint);
    setChosen(next);
  };
  if (members.length === 1) return <Regrouped {...regrouped} />;
  return (
    <Section title="Put together by people" note={`${plural(members.length, 'error')} that opslog told apart`} id="members">
      <ul className={css.members}>
        {members.map((fingerprint) => {
          const mine = of(fingerprint);
          const [, type, message] = mine[0] ?? [];
          return (
            <li key={fingerprint}>
              <label>
                {write && <input type="checkbox" className={css.tick} checked={chosen.has(fingerprint)} onChange={() => toggle(fingerprint)} />}
                <bdi>{clip([cellText(type), cellText(message)].filter(Boolean).join(': '), 200) || fingerprint}</bdi>
                <small>{formatCount(mine.reduce((n, row) => n + Number(row[3]), 0))} · {clip(fingerprint, 24)}</small>
              </label>
            </li>
          );
        })}
      </ul>
      {write && (
        <div className={css.actions}>
          <Asked label="Take out" busy={regrouped.busy} unable={out.length === 0 ? 'Tick the errors that do not belong here' : undefined} onSure={() => void split(group, out).then(() => setChosen(new Set()))}>
            {out.length >= members.length - 1 ? 'The group ends, and each error stands by itself again.' : `${plural(out.length, 'error')} will stand by themselves again.`}
          </Asked>
        </div>
      )}
      <Regrouped {...regrouped} />
    </Section>
  );
}
