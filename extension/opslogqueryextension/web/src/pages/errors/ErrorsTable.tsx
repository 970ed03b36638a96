import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type ErrorGroup, type Filter, rowsQuery } from '../../api/pages';
import { Spark } from '../../charts/Bars';
import { Badge } from '../../components/Badge';
import { ServiceName } from '../../components/ServiceName';
import { type Column, Table } from '../../components/Table';
import { useNow } from '../../hooks/useNow';
import { isRising } from '../../lib/chart';
import { shareOfRuns, verdict } from '../../lib/errors';
import { formatCount, formatShare } from '../../lib/number';
import { type ErrorsSearch, carried } from '../../lib/pageSearch';
import { clip } from '../../lib/text';
import { formatAgo, isoNs } from '../../lib/time';
import css from './Errors.module.css';
import { StateBadge } from './StateBadge';

export const groupKey = (g: ErrorGroup) => `${g.service} ${g.fingerprint}`;

interface Props {
  groups: ErrorGroup[];
  filter: Filter;
  search: ErrorsSearch;
  selected: string | undefined;
  chosen: ReadonlySet<string>;
  onChoose: ((chosen: ReadonlySet<string>) => void) | undefined;
}

export function ErrorsTable({ groups, filter, search, selected, chosen, onChoose }: Props) {
  const now = useNow(30_000);
  const runs = useRuns(filter);
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose?.(next);
  };
  const tick: Column<ErrorGroup> = {
    name: 'Choose', bare: true, cell: (g) => <input type="checkbox" className={css.tick} checked={chosen.has(groupKey(g))} aria-label={`Choose ${clip(g.type ?? 'error', 60)} of ${g.service}`} onChange={() => toggle(groupKey(g))} />,
  };
  const columns: Column<ErrorGroup>[] = [
    ...(onChoose ? [tick] : []),
    { name: 'Error', head: true, cell: (g) => <ErrorCell group={g} search={search} /> },
    { name: 'Service', cell: (g) => <ServiceName name={g.service} /> },
    { name: 'State', cell: (g) => <span className={css.states}><StateBadge state={g.state} />{g.members && g.members.length > 1 && <Badge title={`${g.members.length} errors that people put together`}>{`${g.members.length} in one`}</Badge>}{isRising(g.distribution?.counts ?? []) && <Badge tone="warn" title="More than three times as often as before in this range">rising</Badge>}</span> },
    { name: 'Kind', wide: true, cell: (g) => <span title={verdict(g.failure_class).text}>{verdict(g.failure_class).title}</span> },
    { name: 'Trend', cell: (g) => <Spark counts={g.distribution?.counts ?? []} label={`${formatCount(g.count)} over the range`} /> },
    { name: 'Count', number: true, cell: (g) => formatCount(g.count) },
    { name: 'Of its runs', number: true, cell: (g) => { const share = shareOfRuns(g, runs); return share === null ? '–' : <span title={`Of all runs of ${clip((g.operations ?? []).join(', '), 200)} in this range`}>{formatShare(share)}</span>; } },
    { name: 'Users', number: true, cell: (g) => formatCount(g.users) },
    { name: 'First in range', wide: true, cell: (g) => <span className={css.when} title={isoNs(g.first_seen)}>{formatAgo(g.first_seen, now)}{g.versions?.[0] ? <bdi className={css.version}> in {clip(g.versions[0], 24)}</bdi> : null}</span> },
    { name: 'Last seen', cell: (g) => <span className={css.when} title={isoNs(g.last_seen)}>{formatAgo(g.last_seen, now)}</span> },
  ];
  return <Table label="Errors" columns={columns} rows={groups} rowKey={groupKey} selected={selected} testId="error-row" />;
}

/** How often each operation ran in the range, by service and name. */
function useRuns({ from, to }: Filter): ReadonlyMap<string, number> {
  const rows = useQuery(rowsQuery('| count() by service, name', { from, to })).data?.rows;
  return useMemo(() => new Map((rows ?? []).map(([service, name, count]) => [`${String(service)} ${String(name)}`, Number(count)])), [rows]);
}

function ErrorCell({ group, search }: { group: ErrorGroup; search: ErrorsSearch }) {
  const { type, message, operations, service, fingerprint } = group;
  return (
    <div className={css.error}>
      <Link to="/errors/$fingerprint" params={{ fingerprint }} search={{ ...carried(search), of: service }}>
        {type && <bdi className={css.type}>{clip(type, 120)}</bdi>}
        <bdi className={css.message} title={clip(message ?? '', 2_000)}>{clip(message || 'without a message')}</bdi>
      </Link>
      <span className={css.where}><bdi>{(operations ?? []).map((name) => clip(name, 80)).join(', ')}</bdi></span>
    </div>
  );
}
