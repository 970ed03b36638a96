import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { type MapEdge, type MapFilter, type MapNode, type ServiceMap, mapQuery } from '../../api/pages';
import button from '../../components/Button.module.css';
import { Fact, Facts } from '../../components/Facts';
import { OperationLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { type MapSearch, carried } from '../../lib/pageSearch';
import { quote } from '../../lib/queryText';
import { clip } from '../../lib/text';
import css from './Map.module.css';
import { edgeKey } from './layout';
import { errorText, kindText } from './words';

interface Props {
  map: ServiceMap;
  selected: string | undefined;
  filter: MapFilter;
  search: MapSearch;
  onClose: () => void;
  onFocus: (name: string) => void;
}

/** What is known of the node or edge that is selected, and the way to its operations. */
export function Side({ map, selected, filter, search, onClose, onFocus }: Props) {
  const node = map.nodes.find((n) => n.id === selected);
  const edge = map.edges.find((e) => edgeKey(e) === selected);
  if (node) return <Panel title={node.name} onClose={onClose}><NodeFacts node={node} map={map} search={search} onFocus={onFocus} /></Panel>;
  if (edge) {
    const name = (id: string) => map.nodes.find((n) => n.id === id)?.name ?? id;
    return <Panel title={`${name(edge.source)} → ${name(edge.target)}`} onClose={onClose}><EdgeFacts edge={edge} filter={filter} search={search} source={name(edge.source)} target={name(edge.target)} /></Panel>;
  }
  return null;
}

function Panel({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <aside className={css.side} aria-label={title} data-testid="map-side">
      <header><h2><bdi>{clip(title, 160)}</bdi></h2><button type="button" className={button.bare} aria-label="Close" onClick={onClose}><X size={15} aria-hidden /></button></header>
      {children}
    </aside>
  );
}

function NodeFacts({ node, map, search, onFocus }: { node: MapNode; map: ServiceMap; search: MapSearch; onFocus: (name: string) => void }) {
  const { from, to } = carried(search);
  const range = { ...(from && { from }), ...(to && { to }) };
  const callers = map.edges.filter((e) => e.target === node.id).length;
  const calls = map.edges.filter((e) => e.source === node.id).length;
  return (
    <>
      {node.inferred && <p className={css.hint}>It sends no spans itself: this is what its callers say of it.</p>}
      <Facts>
        <Fact name="Kind">{node.system ? `${kindText(node)} · ${clip(node.system, 40)}` : kindText(node)}</Fact>
        <Fact name="Calls in">{formatCount(node.calls)}</Fact>
        <Fact name="Failed"><span className={node.errors > 0 ? css.red : undefined}>{errorText(node)}</span></Fact>
        <Fact name="p50">{formatDuration(node.p50)}</Fact>
        <Fact name="p95">{formatDuration(node.p95)}</Fact>
        <Fact name="Called by">{formatCount(callers)}</Fact>
        <Fact name="Calls">{formatCount(calls)}</Fact>
      </Facts>
      <p className={css.links}>
        <button type="button" className={button.button} onClick={() => onFocus(node.name)}>Look around it</button>
        {node.kind === 'service' && (
          <>
            <Link to="/operations" search={{ ...range, service: node.name }}>Operations</Link>
            <Link to="/errors" search={{ ...range, service: node.name }}>Errors</Link>
            <Link to="/latency" search={{ ...range, service: node.name }}>Latency</Link>
            <Link to="/quality/$name" params={{ name: node.name }} search={{}}>Trace quality</Link>
          </>
        )}
      </p>
    </>
  );
}

function EdgeFacts({ edge, filter, search, source, target }: { edge: MapEdge; filter: MapFilter; search: MapSearch; source: string; target: string }) {
  const { from, to } = carried(search);
  const range = { ...(from && { from }), ...(to && { to }) };
  return (
    <>
      {edge.inferred && <p className={css.hint}>The other side sends no spans: this is what the caller says of it.</p>}
      <Facts>
        <Fact name="How">{`${clip(edge.system || 'http', 40)}${edge.async ? ', through a queue' : ''}`}</Fact>
        <Fact name="Calls">{formatCount(edge.calls)}</Fact>
        <Fact name="Failed"><span className={edge.errors > 0 ? css.red : undefined}>{errorText(edge)}</span></Fact>
        <Fact name="Failed in the 24 h before">{edge.baseline_error_rate === null ? 'not called then' : errorText({ errors: edge.baseline_error_rate > 0 ? 1 : 0, error_rate: edge.baseline_error_rate })}</Fact>
        <Fact name="Caller p50 / p95">{edge.client_p95 > 0 ? `${formatDuration(edge.client_p50)} / ${formatDuration(edge.client_p95)}` : null}</Fact>
        <Fact name="Called p50 / p95">{edge.server_p95 > 0 ? `${formatDuration(edge.server_p50)} / ${formatDuration(edge.server_p95)}` : null}</Fact>
        <Fact name={edge.async ? 'Wait in the queue, mean' : 'On the way, mean'}>{edge.network_mean > 0 ? formatDuration(edge.network_mean) : null}</Fact>
        <Fact name="Retries">{edge.retries > 0 ? formatCount(edge.retries) : null}</Fact>
        <Fact name="Circuit open">{edge.circuit_open > 0 ? <span className={css.red} title="Calls that a circuit breaker stopped before they were made, or on their way">{`✕ ${formatCount(edge.circuit_open)} ${edge.circuit_open === 1 ? 'call' : 'calls'} stopped`}</span> : null}</Fact>
        <Fact name="One side missing">{edge.unpaired > 0 ? formatCount(edge.unpaired) : null}</Fact>
      </Facts>
      <EdgeOperations edge={edge} filter={filter} range={range} source={source} target={target} />
      {edge.example_operation_id && <p className={css.links}><OperationLink id={edge.example_operation_id}>An example</OperationLink></p>}
    </>
  );
}

/** Which operations of the caller make the calls, and which of the called answer them; each a link to its list. */
function EdgeOperations({ edge, filter, range, source, target }: { edge: MapEdge; filter: MapFilter; range: object; source: string; target: string }) {
  const detail = useQuery(mapQuery({ from: filter.from, to: filter.to, environment: filter.environment, by: 'operation' })).data;
  const parts = (detail?.edges ?? []).filter((e) => edgeKey(e) === edgeKey(edge));
  const sum = (key: 'source_operation' | 'target_operation') => {
    const counts = new Map<string, number>();
    for (const part of parts) if (part[key]) counts.set(part[key], (counts.get(part[key]) ?? 0) + part.calls);
    return [...counts].sort((a, b) => b[1] - a[1]);
  };
  const list = (title: string, service: string, rows: [string, number][]) => rows.length > 0 && (
    <section>
      <h3>{title}</h3>
      <ul>{rows.slice(0, 12).map(([name, calls]) => <li key={name}><Link to="/operations" search={{ ...range, service, q: `name = ${quote(name)}` }}><bdi>{clip(name, 90)}</bdi></Link><span>{formatCount(calls)}</span></li>)}</ul>
      {rows.length > 1 && <Link to="/operations" search={{ ...range, service, q: `name IN (${rows.slice(0, 50).map(([name]) => quote(name)).join(', ')})` }}>All of these operations</Link>}
    </section>
  );
  return <div className={css.operations} data-testid="edge-operations">{list(`Operations of ${clip(source, 60)} that call`, source, sum('source_operation'))}{list(`Operations of ${clip(target, 60)} that answer`, target, sum('target_operation'))}</div>;
}
