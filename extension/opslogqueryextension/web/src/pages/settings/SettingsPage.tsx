import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Status } from '../../api/types';
import { forgetQuery, savedQuery } from '../../api/explore';
import { statusQuery } from '../../api/queries';
import { Answered } from '../../components/Answered';
import button from '../../components/Button.module.css';
import { Page, Section } from '../../components/Page';
import { useNow } from '../../hooks/useNow';
import { useTheme } from '../../hooks/useTheme';
import { useZone } from '../../hooks/useZone';
import { formatDuration } from '../../lib/duration';
import { formatBytes, formatCount } from '../../lib/number';
import { parseSearch } from '../../lib/search';
import { clip } from '../../lib/text';
import { formatAgo, formatMoment, isoNs } from '../../lib/time';
import { endpoints } from '../operations/setup';
import css from './Settings.module.css';

const EVERY_MS = 5_000;

export function SettingsPage() {
  const status = useQuery({ ...statusQuery(), refetchInterval: EVERY_MS });
  return (
    <Page title="Settings and status">
      <Answered result={status} name="The status">{(data) => <StatusParts status={data} />}</Answered>
      <Appearance />
      <SavedQueries keeps={status.data?.capabilities.save ?? false} />
      <Section title="Where to send">
        <List rows={[['OTLP over gRPC', <code key="g">{endpoints(location.hostname).grpc}</code>], ['OTLP over HTTP', <code key="h">{endpoints(location.hostname).http}</code>]]} />
        <p className={css.hint}>These are the usual ports; the configuration may say others. Redaction, sampling, retention and alert rules are set in the configuration file, too.</p>
      </Section>
      <Section title="The API">
        <p>Everything shown here can be asked over HTTP: <a className={css.link} href={new URL('api/opslog/v1/openapi.yaml', document.baseURI).href}>the API’s document</a>. On a terminal, <code>opslog doctor</code> checks the whole way from an application to this page.</p>
      </Section>
    </Page>
  );
}

function List({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return <dl className={css.list}>{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function StatusParts({ status }: { status: Status }) {
  const now = useNow(1_000);
  const { store, capabilities: can, limits } = status;
  const moment = (ns: string) => (ns === '0' ? '–' : <span title={isoNs(ns)}>{formatMoment(ns, now)} · {formatAgo(ns, now)}</span>);
  return (
    <div className={css.columns} data-testid="status">
      <Section title="What runs">
        <List rows={[['Version', <bdi key="v">{clip(status.version, 60)}</bdi>], ['Started', moment(status.started)], ['Visible through', moment(status.visible_through)]]} />
      </Section>
      <Section title="What is stored">
        <List rows={[
          ['Engine', clip(store.engine, 40)], ['Operations', formatCount(store.operations)], ['Spans', formatCount(store.spans)], ['Log records', formatCount(store.logs)],
          ['On disk', formatBytes(store.bytes)], ['Oldest', moment(store.oldest)], ['Newest', moment(store.newest)],
          ['Refused since the start', <span key="r" title="Records outside of the retention">{formatCount(store.refused)}</span>],
        ]} />
      </Section>
      <Section title="What is allowed">
        <List rows={[
          ['Changes from here', can.write ? 'yes' : can.save ? 'only your own queries and links' : 'no, this server is for reading only'], ['Log-in', can.login ? 'needed' : can.anonymous ? 'not needed: everybody on the network can read' : 'not needed on this machine'],
          ['Jaeger’s query API', can.jaeger ? 'at the root of this server' : 'off'], ['Tempo’s query API', can.tempo ? 'under /tempo' : 'off'],
        ]} />
      </Section>
      <Section title="Limits of an answer">
        <List rows={[
          ['Longest range', formatDuration(limits.max_range)], ['Time for a query', formatDuration(limits.query_timeout)], ['Rows', formatCount(limits.rows)],
          ['Queries a second and caller', formatCount(limits.queries_per_second)], ['Queries at once and caller', formatCount(limits.concurrent_queries)],
        ]} />
      </Section>
    </div>
  );
}

function Appearance() {
  const { theme, setTheme } = useTheme();
  const { utc, choose } = useZone();
  return (
    <Section title="Appearance">
      <div className={css.themes} role="radiogroup" aria-label="Theme">
        {(['system', 'light', 'dark'] as const).map((t) => (
          <label key={t}><input type="radio" name="theme" checked={theme === t} onChange={() => setTheme(t)} />{t === 'system' ? 'as the system' : t}</label>
        ))}
      </div>
      <div className={css.themes} role="radiogroup" aria-label="Times">
        {([[false, 'times of this machine'], [true, 'times in UTC']] as const).map(([on, label]) => (
          <label key={label}><input type="radio" name="zone" checked={utc === on} onChange={() => choose(on)} />{label}</label>
        ))}
      </div>
    </Section>
  );
}

/** Queries that somebody named. They are made in the list of operations. */
function SavedQueries({ keeps }: { keeps: boolean }) {
  const result = useQuery(savedQuery());
  return (
    <Section title="Saved queries" id="saved">
      <Answered result={result} name="The saved queries" rows={2}>
        {({ items }) => items.length === 0 ? <p className={css.hint}>None yet. Save one in the list of operations.</p> : (
          <ul className={css.saved}>
            {items.map((s) => (
              <li key={s.id ?? s.name}>
                <Link to="/operations" search={{ ...parseSearch(s.view ?? ''), q: s.query }}><bdi>{clip(s.name, 120)}</bdi></Link>
                <code>{clip(s.query, 160)}</code>
                {keeps && s.id && <button type="button" className={button.button} onClick={() => void forgetQuery(s.id ?? '').then(() => result.refetch())}>Forget</button>}
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </Section>
  );
}
