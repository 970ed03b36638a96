import type { MapEdge, ServiceMap } from '../../api/pages';
import button from '../../components/Button.module.css';
import { type Column, Table } from '../../components/Table';
import { formatDuration } from '../../lib/duration';
import { formatCount } from '../../lib/number';
import { clip } from '../../lib/text';
import { formatAgo } from '../../lib/time';
import css from './Map.module.css';
import { edgeKey } from './layout';
import { errorText, rateText } from './words';

interface Props {
  map: ServiceMap;
  seconds: number;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

/** The edges of the map as rows: the same numbers without a drawing. */
export function MapTable({ map, seconds, selected, onSelect }: Props) {
  const now = new Date();
  const names = new Map(map.nodes.map((n) => [n.id, n.name]));
  const name = (id: string) => clip(names.get(id) ?? id, 80);
  const p = (edge: MapEdge, of: 'p50' | 'p95') => formatDuration(edge[`client_${of}`] || edge[`server_${of}`]);
  const columns: Column<MapEdge>[] = [
    { name: 'From → to', head: true, cell: (e) => <button type="button" className={button.link} aria-pressed={edgeKey(e) === selected} onClick={() => onSelect(edgeKey(e))}><bdi>{name(e.source)}</bdi> → <bdi>{name(e.target)}</bdi></button> },
    { name: 'Kind', cell: (e) => <>{clip(e.system || 'http', 30)}{e.async ? ' · queue' : ''}{e.inferred ? ' · inferred' : ''}</> },
    { name: 'Calls', number: true, cell: (e) => formatCount(e.calls) },
    { name: 'Rate', number: true, cell: (e) => rateText(e.calls, seconds) },
    { name: 'Failed', number: true, cell: (e) => <span className={e.errors > 0 ? css.red : undefined}>{e.errors > 0 ? '✕ ' : ''}{errorText(e)}</span> },
    { name: 'Before', number: true, wide: true, cell: (e) => (e.baseline_error_rate === null ? '–' : errorText({ errors: e.baseline_error_rate > 0 ? 1 : 0, error_rate: e.baseline_error_rate })) },
    { name: 'p50', number: true, cell: (e) => p(e, 'p50') },
    { name: 'p95', number: true, cell: (e) => p(e, 'p95') },
    { name: 'Between', number: true, wide: true, cell: (e) => (e.network_mean > 0 ? formatDuration(e.network_mean) : '–') },
    { name: 'Retries', number: true, wide: true, cell: (e) => formatCount(e.retries) },
    { name: 'Circuit open', number: true, wide: true, cell: (e) => <span className={e.circuit_open > 0 ? css.red : undefined}>{e.circuit_open > 0 ? `✕ ${formatCount(e.circuit_open)}` : '0'}</span> },
    { name: 'Last seen', wide: true, cell: (e) => formatAgo(e.last_seen, now) },
  ];
  return <div className={css.main}><Table label="Calls between services" columns={columns} rows={map.edges.toSorted((a, b) => b.calls - a.calls)} rowKey={edgeKey} selected={selected} testId="map-row" /></div>;
}
