import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ErrorGroup, type Filter, rowsQuery } from '../../api/pages';
import { facetQuery } from '../../api/facet';
import type { Facet } from '../../api/types';
import { ShareBar } from '../../charts/Bars';
import { type Difference, differences, groupText, mainClass, verdict } from '../../lib/errors';
import { formatCount, formatShare, plural } from '../../lib/number';
import { type ErrorSearch, carried } from '../../lib/pageSearch';
import { quote } from '../../lib/queryText';
import { clip, words } from '../../lib/text';
import css from './Errors.module.css';

const NAMES: Record<string, string> = { name: 'Operation', user: 'User', env: 'Environment', failure_class: 'Cause' };

/** Fields of which an operation that ended well tells as much as one that failed. */
const COMPARED = ['version', 'user', 'host', 'env', 'tenant'];

interface Props {
  group: ErrorGroup;
  fields: Facet[];
  filter: Filter;
  search: ErrorSearch;
}

/** Whom and what the error hits, what its operations have in common, and whose fault it seems to be. */
export function Blast({ group, fields, filter, search }: Props) {
  const classes = fields.find((f) => f.name === 'failure_class')?.values ?? [];
  const main = mainClass(classes);
  const said = verdict(main?.name ?? group.failure_class);
  const names = fields.find((f) => f.name === 'name')?.values ?? [];
  const compared = fields.filter((f) => COMPARED.includes(f.name));
  const q = `status = ok AND name IN (${names.slice(0, 20).map((v) => quote(v.value)).join(', ')})`;
  const ok = useQuery({ ...facetQuery({ from: filter.from, to: filter.to, service: group.service, q }, compared.map((f) => f.name).join(','), 100), enabled: names.length > 0 && compared.length > 0 });
  const different = differences(compared, ok.data?.fields ?? []);
  return (
    <div className={css.cards}>
      <div className={css.card} data-testid="verdict">
        <h3>Bug or input?</h3>
        <p className={css.verdict}>{said.title}</p>
        <p>{said.text}</p>
        {main && main.share < 1 && <p>So it is for {formatShare(main.share)} of the operations.</p>}
      </div>
      <Differences found={different} known={!ok.isLoading} group={group} search={search} />
      <Endpoints group={group} names={fields.find((f) => f.name === 'name')} filter={filter} />
      {fields.filter((f) => f.name !== 'failure_class' && f.values.length > 0).map((f) => <Distribution key={f.name} facet={f} group={group} search={search} />)}
    </div>
  );
}

/** What sets the failures apart from runs of the same operations that ended well. */
function Differences({ found, known, group, search }: { found: Difference[]; known: boolean; group: ErrorGroup; search: ErrorSearch }) {
  return (
    <div className={css.card} data-testid="differences">
      <h3>What is different about the failures?</h3>
      {known && found.length === 0 && <p>Nothing stands out: version, user, host, environment and tenant are as in runs of the same operations that ended well, or there are too few of either.</p>}
      {!known && <p>Comparing with the runs that ended well…</p>}
      <ul className={css.differences}>
        {found.slice(0, 5).map((d) => (
          <li key={`${d.field} ${d.value}`}>
            <Link to="/operations" search={{ ...carried(search), q: `${groupText(group)} AND ${d.field} = ${quote(d.value)}`, service: group.service }}><bdi title={clip(d.value, 500)}>{NAMES[d.field] ?? words(d.field)} {clip(d.value, 60)}</bdi></Link>
            <span><ShareBar error share={d.failed} text={formatShare(d.failed)} /><small>of the failures</small></span>
            <span><ShareBar share={d.ok} text={formatShare(d.ok)} /><small>of the others</small></span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How many of all runs of an endpoint end in this error. */
function Endpoints({ group, names, filter }: { group: ErrorGroup; names: Facet | undefined; filter: Filter }) {
  const all = useQuery(rowsQuery(`service = ${quote(group.service)} | count() by name`, { from: filter.from, to: filter.to })).data?.rows ?? [];
  const totals = new Map(all.map(([name, count]) => [String(name), Number(count)]));
  const hit = (names?.values ?? []).map((v) => ({ name: String(v.value), count: v.count, total: totals.get(String(v.value)) ?? 0 }));
  return (
    <div className={css.card} data-testid="blast">
      <h3>Blast radius</h3>
      <p className={css.say}>{plural(group.users, 'user')}{group.tenants > 0 ? `, ${plural(group.tenants, 'tenant')}` : ''}, {plural(hit.length, 'endpoint')}</p>
      <ul>{hit.map((h) => <li key={h.name}><bdi title={clip(h.name, 500)}>{clip(h.name, 80)}</bdi>{h.total > 0 ? <ShareBar error share={h.count / h.total} text={`${formatShare(h.count / h.total)} of ${formatCount(h.total)}`} /> : <span>{formatCount(h.count)}</span>}</li>)}</ul>
    </div>
  );
}

function Distribution({ facet, group, search }: { facet: Facet; group: ErrorGroup; search: ErrorSearch }) {
  const total = facet.values.reduce((n, v) => n + v.count, 0) + facet.other + facet.missing;
  const [top] = facet.values;
  const name = NAMES[facet.name] ?? words(facet.name);
  return (
    <div className={css.card} data-testid="distribution">
      <h3>{name}</h3>
      {top && facet.values.length > 1 && top.count / total >= 0.8 && <p className={css.say}>{formatShare(top.count / total)} have <bdi>{clip(String(top.value), 60)}</bdi></p>}
      <ul>
        {facet.values.slice(0, 6).map((v) => (
          <li key={String(v.value)}>
            <Link to="/operations" search={{ ...carried(search), q: `${groupText(group)} AND ${facet.name} = ${quote(v.value)}`, service: group.service }} title={clip(String(v.value), 500)}>
              <bdi>{clip(String(v.value), 80)}</bdi>
            </Link>
            <ShareBar share={v.count / total} text={formatShare(v.count / total)} />
          </li>
        ))}
      </ul>
      {facet.missing > 0 && <p>{formatCount(facet.missing)} without</p>}
    </div>
  );
}
