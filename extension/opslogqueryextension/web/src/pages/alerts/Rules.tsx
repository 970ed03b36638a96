import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AlertRuleTested, rulesQuery, testRule } from '../../api/alerts';
import { ApiError } from '../../api/errors';
import { Answered } from '../../components/Answered';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { Section } from '../../components/Page';
import { RangePicker } from '../../components/RangePicker';
import { type Column, Table } from '../../components/Table';
import { ruleOfQuery, ruleText, ruleYAML, spanText, subject, valueText } from '../../lib/alerts';
import { formatDuration } from '../../lib/duration';
import { plural } from '../../lib/number';
import { type AlertsSearch, rangeOf } from '../../lib/pageSearch';
import { cellText, clip } from '../../lib/text';
import { between, formatMoment } from '../../lib/time';
import css from './Alerts.module.css';
import { Firings } from './Firings';

const USUAL = 'now-24h';
const EXAMPLE = 'name: many_errors\ntype: error_rate\nthreshold: 0.05\nwindow: 5m\n';

/** What is watched, and what a rule would have done with what is stored. */
export function Rules({ search, onChange }: { search: AlertsSearch; onChange: (part: AlertsSearch) => void }) {
  const result = useQuery(rulesQuery());
  const [text, setText] = useState(() => (search.q || search.service ? ruleYAML(ruleOfQuery(search.q ?? '', search.service)) : EXAMPLE));
  return (
    <>
      {search.q && <BackTest text={text} setText={setText} search={search} onChange={onChange} />}
      <Section title="What is watched" id="rules">
        <Answered result={result} name="The rules">
          {({ items }) => items.length === 0 ? <p className={css.hint}>No process watches. Put <code>error_alert</code> into a pipeline of the configuration.</p> : items.map((set) => (
            <div key={set.instance} className={css.set}>
              <p className={css.hint}><bdi>{clip(set.instance, 100)}</bdi> looks every {spanText(set.evaluation_interval)}; it tells {set.notifiers.length > 0 ? set.notifiers.map((n) => clip(n, 40)).join(', ') : 'nobody: alerts are shown here and by the API only'}.</p>
              <ul className={css.rules}>{set.rules.map((rule, i) => <Rule key={i} rule={rule} onTest={() => { setText(ruleYAML(rule)); document.getElementById('rule-text')?.focus(); }} />)}</ul>
            </div>
          ))}
        </Answered>
      </Section>
      {!search.q && <BackTest text={text} setText={setText} search={search} onChange={onChange} />}
    </>
  );
}

function Rule({ rule, onTest }: { rule: Record<string, unknown>; onTest: () => void }) {
  const { name, severity } = rule;
  return (
    <li data-testid="rule">
      <b><bdi>{clip(String(name), 80)}</bdi></b>
      <bdi className={css.sentence}>{clip(ruleText(rule), 500)}</bdi>
      {severity !== undefined && <span>{clip(cellText(severity), 20)}</span>}
      <button type="button" className={button.button} onClick={onTest}>Try it</button>
    </li>
  );
}

interface BackTestProps {
  text: string;
  setText: (text: string) => void;
  search: AlertsSearch;
  onChange: (part: AlertsSearch) => void;
}

function BackTest({ text, setText, search, onChange }: BackTestProps) {
  const range = rangeOf(search, USUAL);
  const test = useMutation({ mutationFn: () => testRule(text, range.from, range.to) });
  const said = test.error instanceof ApiError ? (test.error.problem.errors?.[0]?.message ?? test.error.message) : test.error?.message;
  return (
    <Section title="What would this rule have done?" note="it is played to what is stored; nobody is told, and nothing is changed">
      <form onSubmit={(event) => { event.preventDefault(); test.mutate(); }} className={css.test}>
        <textarea id="rule-text" rows={8} value={text} onChange={(e) => setText(e.target.value)} aria-label="Rule, as YAML" spellCheck={false} maxLength={20_000} />
        <div className={css.actions}><RangePicker range={range} onChange={onChange} /><button type="submit" className={button.primary} disabled={test.isPending}>{test.isPending ? 'Looking…' : 'Test it'}</button><CopyButton text={text} label="Copy the rule">Copy for the configuration</CopyButton></div>
      </form>
      {said && <p role="alert" className={css.red}>{said}</p>}
      {test.data && <Outcome tested={test.data} />}
    </Section>
  );
}

type Firing = AlertRuleTested['firings'][number];

const FIRINGS: Column<Firing>[] = [
  { name: 'What', head: true, cell: (f) => <bdi>{clip([subject(f.alert).service, subject(f.alert).what].filter(Boolean).join(' · '), 160)}</bdi> },
  { name: 'From', cell: (f) => formatMoment(f.from, new Date()) },
  { name: 'For', number: true, cell: (f) => `${formatDuration(between(f.from, f.to))}${f.firing ? ', still' : ''}` },
  { name: 'Value', number: true, cell: (f) => valueText(f.alert.type, f.alert.value) },
];

function Outcome({ tested }: { tested: AlertRuleTested }) {
  return (
    <div data-testid="tested" role="status">
      <p className={css.reason}>{tested.firings.length === 0 ? 'It would not have fired.' : `It would have fired ${plural(tested.firings.length, 'time')}, and somebody would have been told ${plural(tested.told, 'time')}.`} {plural(tested.operations, 'operation')} were looked at, up to {formatMoment(tested.through, new Date())}.</p>
      {tested.firings.length > 0 && <Firings tested={tested} />}
      {tested.firings.length > 0 && <Table label="When it would have fired" columns={FIRINGS} rows={tested.firings} rowKey={(f, i) => `${f.from} ${i}`} />}
      {tested.messages.length > 0 && <details className={css.messages}><summary>What would have been written</summary>{tested.messages.map((m, i) => <div key={i}><b><bdi>{clip(m.title, 200)}</bdi></b><pre>{clip(m.text, 2_000)}</pre></div>)}</details>}
    </div>
  );
}
