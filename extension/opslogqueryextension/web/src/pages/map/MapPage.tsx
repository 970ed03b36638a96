import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Network } from 'lucide-react';
import { useMemo } from 'react';
import { type ServiceMap, mapQuery } from '../../api/pages';
import { Answered } from '../../components/Answered';
import { Page } from '../../components/Page';
import { RangePicker } from '../../components/RangePicker';
import { Select } from '../../components/Select';
import { Notice, State } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { useKeys } from '../../hooks/useKeys';
import { type MapSearch, endsOf, rangeOf } from '../../lib/pageSearch';
import { Graph } from './Graph';
import css from './Map.module.css';
import { MapTable } from './MapTable';
import { Matrix } from './Matrix';
import { Side } from './Side';
import { edgeKey } from './layout';

const USUAL = 'now-1h';
const VIEWS = [{ id: 'graph', label: 'Map' }, { id: 'table', label: 'Table' }, { id: 'matrix', label: 'Matrix' }];
const DEPTHS = [['', '1 step around'], ['2', '2 steps around'], ['3', '3 steps around']] as const;
/** More nodes than that are not drawn: nobody could read them. */
const MOST = 60;

export function MapPage() {
  const search = useSearch({ from: '/map' });
  const navigate = useNavigate({ from: '/map' });
  const { from, to, focus, depth, environment, sel } = search;
  const filter = useMemo(() => ({ ...rangeOf({ from, to }, USUAL), focus, depth: focus ? depth : undefined, environment }), [from, to, focus, depth, environment]);
  const result = useQuery({ ...mapQuery(filter), placeholderData: keepPreviousData });
  const change = (part: MapSearch) => void navigate({ search: (before) => ({ ...before, ...part }) });
  const view = VIEWS.some((v) => v.id === search.view) ? (search.view as string) : 'graph';
  useKeys({ Escape: () => change({ sel: '' }) });
  const names = [...new Set((result.data?.nodes ?? []).filter((n) => n.kind === 'service').map((n) => n.name))];
  const tools = (
    <>
      <Select label="Around" value={focus ?? ''} options={[['', 'all services'], ...names.map((n) => [n, n] as const)]} onChange={(value) => change({ focus: value, sel: '' })} />
      {focus && <Select label="Depth" value={depth ?? ''} options={DEPTHS} onChange={(value) => change({ depth: value })} />}
      <RangePicker range={filter} onChange={change} />
    </>
  );
  return (
    <Page title="Service map" tools={tools}>
      <Answered result={result} name="The map">
        {(map) => map.nodes.length === 0 ? (
          <State icon={Network} title="Nobody called anybody in this range" testId="map-empty"><p>The map is made of calls between services, and to databases, queues and hosts.</p></State>
        ) : (
          <>
            <Tabs tabs={VIEWS} active={view} label="View" onSelect={(id) => change({ view: id === 'graph' ? '' : id })} />
            <div id="panel" role="tabpanel" aria-labelledby={`tab-${view}`} className={css.panel}>
              <View map={map} view={view} selected={sel} seconds={(([a, b]) => (b - a) / 1_000)(endsOf(filter, new Date()))} onSelect={(id) => change({ sel: id === sel ? '' : id })} />
              <Side map={map} selected={sel} filter={filter} search={search} onClose={() => change({ sel: '' })} onFocus={(name) => change({ focus: name, sel: '' })} />
            </div>
          </>
        )}
      </Answered>
    </Page>
  );
}

interface ViewProps {
  map: ServiceMap;
  view: string;
  selected: string | undefined;
  seconds: number;
  onSelect: (id: string) => void;
}

function View({ map, view, selected, seconds, onSelect }: ViewProps) {
  if (view === 'table') return <MapTable map={map} seconds={seconds} selected={selected} onSelect={onSelect} />;
  if (view === 'matrix') return <Matrix map={map} onSelect={(edge) => onSelect(edgeKey(edge))} />;
  const drawn = map.nodes.length > MOST ? map.nodes.toSorted((a, b) => b.calls - a.calls).slice(0, MOST) : map.nodes;
  return (
    <div className={css.main}>
      {drawn.length < map.nodes.length && <Notice>The {MOST} busiest of {map.nodes.length} nodes are drawn. Choose a service to look around it, or see all of them in the table.</Notice>}
      <Graph nodes={drawn} edges={map.edges} seconds={seconds} selected={selected} onSelect={onSelect} />
      <p className={css.key}><span><i aria-hidden />sends spans</span><span><i className={css.dashed} aria-hidden />known from its callers only</span><span><i className={css.queue} aria-hidden />through a queue</span><span><i className={css.failing} aria-hidden />✕ some calls fail</span><span>on the arrows: calls and p95</span></p>
    </div>
  );
}
