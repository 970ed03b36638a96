import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { GitCompare } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { compareQuery, similarQuery } from '../../api/neighbours';
import type { Operation, Pair } from '../../api/types';
import button from '../../components/Button.module.css';
import { OperationLink } from '../../components/SpanLink';
import { Notice, Skeleton, State } from '../../components/States';
import { StatusMark } from '../../components/StatusMark';
import { useNow } from '../../hooks/useNow';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { valueText } from '../../lib/json';
import { formatCount } from '../../lib/number';
import { clip, shortId } from '../../lib/text';
import { formatMoment } from '../../lib/time';
import css from './CompareTab.module.css';
import steps from './StepsTab.module.css';

/** This operation beside another of the same name, or any other. */
export function CompareTab({ op }: { op: Operation }) {
  const { with: other } = useSearch({ from: '/operations/$operationId' });
  const navigate = useNavigate({ from: '/operations/$operationId' });
  const choose = (id: string | undefined) => void navigate({ search: (before) => ({ ...before, with: id }), state: true });
  return (
    <div className={steps.tab} data-testid="compare">
      {other ? <Compared op={op} other={other} onClear={() => choose(undefined)} /> : <Choose op={op} onChoose={choose} />}
    </div>
  );
}

function Choose({ op, onChoose }: { op: Operation; onChoose: (id: string) => void }) {
  const similar = useQuery(similarQuery(op.operation_id));
  const now = useNow(30_000);
  const [id, setId] = useState('');
  if (similar.isPending) return <Skeleton rows={6} height={30} />;
  const items = similar.data?.items.filter((other) => other.operation_id !== op.operation_id) ?? [];
  return (
    <>
      <form className={css.form} onSubmit={(event: SyntheticEvent) => { event.preventDefault(); onChoose(id.trim().toLowerCase()); }}>
        <label>Compare with <input value={id} onChange={(event) => setId(event.target.value)} placeholder="operation id" pattern="\s*[0-9a-fA-F]{32}\s*" required /></label>
        <button type="submit" className={button.button}>Compare</button>
        <span>In the list, <kbd>x</kbd> marks two rows to compare.</span>
      </form>
      {items.length === 0 ? <State icon={GitCompare} title="No other of this name nearby" testId="no-similar" /> : (
        <div className={steps.wrap} tabIndex={0} role="group" aria-label="Operations of the same name">
          <table className={steps.table}>
            <thead><tr><th>Started</th><th>Outcome</th><th className={steps.number}>Duration</th><th className={steps.number}>Spans</th><th>Version</th><th>User</th><th /></tr></thead>
            <tbody>
              {items.map((other) => (
                <tr key={other.operation_id}>
                  <td className={steps.muted}>{formatMoment(other.start_time, now)}</td>
                  <td><StatusMark status={other.status} status_code={other.status_code} transport={other.transport} /></td>
                  <td className={steps.number}>{formatDuration(other.duration)}</td><td className={steps.number}>{formatCount(other.span_count)}</td>
                  <td><bdi>{other.service_version}</bdi></td><td className={steps.template}><bdi>{clip(other.user_id ?? '')}</bdi></td>
                  <td className={steps.link}><button type="button" className={button.link} onClick={() => onChoose(other.operation_id)}>Compare</button></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const DURATION = /duration|_time$|_max$/;
const show = (name: string, value: unknown) => (value === null || value === undefined ? '–' : typeof value === 'number' && DURATION.test(name) ? formatDuration(value) : clip(valueText(value), 300));

function Compared({ op, other, onClear }: { op: Operation; other: string; onClear: () => void }) {
  const pair = useQuery(compareQuery(op.operation_id, other));
  if (pair.isPending) return <Skeleton rows={8} height={30} />;
  if (!pair.data) return <Notice>The two could not be compared: {pair.error.message} <button type="button" className={button.link} onClick={onClear}>Choose another</button></Notice>;
  const { fields, steps: calls } = pair.data;
  return (
    <>
      <p className={css.form}>This operation, A, beside B: <OperationLink id={other}>{shortId(other)}</OperationLink> <button type="button" className={button.button} onClick={onClear}>Choose another</button></p>
      <section aria-labelledby="steps-differ">
        <h2 id="steps-differ">Steps</h2>
        <Steps calls={calls} />
      </section>
      <section aria-labelledby="fields-differ">
        <h2 id="fields-differ">Fields that differ</h2>
        <div className={steps.wrap} tabIndex={0} role="group" aria-label="Fields that differ">
          <table className={cx(steps.table, css.fields)}>
            <thead><tr><th>Field</th><th>A</th><th>B</th></tr></thead>
            <tbody>{fields.map(({ name, a, b }) => <tr key={name}><td className={steps.muted}>{name}</td><td><bdi>{show(name, a)}</bdi></td><td><bdi>{show(name, b)}</bdi></td></tr>)}</tbody>
          </table>
        </div>
      </section>
    </>
  );
}

/** Time for the same step in both; the longer of two that differ by more than a fifth is marked. */
function Steps({ calls }: { calls: Pair['steps'] }) {
  if (calls.length === 0) return <p className={steps.none}>Neither made calls that were recorded.</p>;
  const sorted = calls.toSorted((x, y) => Math.abs(y.total_a - y.total_b) - Math.abs(x.total_a - x.total_b));
  const most = sorted.reduce((max, s) => Math.max(max, s.total_a, s.total_b), 1);
  return (
    <div className={steps.wrap} tabIndex={0} role="group" aria-label="Steps of both">
      <table className={steps.table}>
        <thead><tr><th>Kind</th><th>Target</th><th>Call</th><th className={steps.number}>A</th><th className={steps.number}>B</th><th className={steps.number}>Difference</th><th>A above B</th></tr></thead>
        <tbody>
          {sorted.map((s, i) => (
            <tr key={i}>
              <td className={steps.muted}><bdi>{s.system ?? s.category}</bdi></td><td><bdi>{s.target}</bdi></td><td className={steps.template}><bdi>{s.template}</bdi></td>
              <td className={steps.number}>{formatCount(s.count_a)}× {formatDuration(s.total_a)}</td><td className={steps.number}>{formatCount(s.count_b)}× {formatDuration(s.total_b)}</td>
              <td className={cx(steps.number, Math.abs(s.total_a - s.total_b) > 0.2 * Math.max(s.total_a, s.total_b) && css.much)}>{s.total_a >= s.total_b ? '+' : '−'}{formatDuration(Math.abs(s.total_a - s.total_b))}</td>
              <td className={css.bars}><span style={{ width: `${(100 * s.total_a) / most}%` }} /><span style={{ width: `${(100 * s.total_b) / most}%` }} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
