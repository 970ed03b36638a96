import { type KeyboardEvent, useId, useMemo } from 'react';
import type { MapEdge, MapNode } from '../../api/pages';
import { useMediaQuery } from '../../hooks/useMediaQuery';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { plural } from '../../lib/number';
import { serviceVar } from '../../lib/service';
import { clip } from '../../lib/text';
import css from './Map.module.css';
import { NODE_HEIGHT, NODE_WIDTH, type Way, plan } from './layout';
import { errorText, kindText, rateText } from './words';

interface Props {
  nodes: readonly MapNode[];
  edges: readonly MapEdge[];
  seconds: number;
  selected: string | undefined;
  onSelect: (id: string) => void;
}

/** Below this scale the words could not be read; the map is scrolled instead. */
const SMALLEST = 0.8;

const press = (run: () => void) => (event: KeyboardEvent) => {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  run();
};

/** Nodes as boxes, calls as arrows. Dashed boxes send no spans themselves; dashed arrows go through a queue. */
export function Graph({ nodes, edges, seconds, selected, onSelect }: Props) {
  const narrow = useMediaQuery('(max-width: 700px)');
  const arrow = useId();
  const { places, ways, width, height } = useMemo(() => plan(nodes, edges, narrow), [nodes, edges, narrow]);
  const most = Math.max(1, ...ways.map((w) => w.edge.calls));
  const name = (id: string) => nodes.find((n) => n.id === id)?.name ?? id;
  const near = (id: string) => !selected || id === selected || selected.startsWith(`${id}→`) || selected.endsWith(`→${id}`) || ways.some((w) => (w.edge.source === selected && w.edge.target === id) || (w.edge.target === selected && w.edge.source === id));
  return (
    <div className={css.graph} tabIndex={0} role="group" aria-label="Service map; the table has the same numbers">
      <svg width={width} height={height} style={{ minWidth: SMALLEST * width }} viewBox={`0 0 ${width} ${height}`} data-testid="map-graph">
        <defs>
          {['plain', 'bad'].map((tone) => (
            <marker key={tone} id={`${arrow}-${tone}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" className={tone === 'bad' ? css.badArrow : css.arrow} /></marker>
          ))}
        </defs>
        {ways.map((way) => (
          <EdgeMark key={way.key} way={way} names={{ source: name(way.edge.source), target: name(way.edge.target) }} seconds={seconds} weight={1.2 + 2.6 * Math.sqrt(way.edge.calls / most)} arrow={arrow} selected={way.key === selected}
            dim={selected !== undefined && selected !== '' && way.key !== selected && way.edge.source !== selected && way.edge.target !== selected} onSelect={() => onSelect(way.key)} />
        ))}
        {places.map(({ node, x, y }) => (
          <g key={node.id} transform={`translate(${x},${y})`} role="button" tabIndex={0} aria-pressed={node.id === selected} className={cx(css.node, node.id === selected && css.chosen, !near(node.id) && css.dim)}
            aria-label={`${kindText(node)} ${node.name}: ${plural(node.calls, 'call')}, ${errorText(node)} failed, p95 ${formatDuration(node.p95)}`} data-testid="map-node"
            onClick={() => onSelect(node.id)} onKeyDown={press(() => onSelect(node.id))}>
            <title>{clip(node.name, 300)}</title>
            <rect className={css.box} width={NODE_WIDTH} height={NODE_HEIGHT} rx={8} strokeDasharray={node.inferred ? '5 4' : undefined} />
            {!node.inferred && <rect width={4} height={NODE_HEIGHT - 16} x={8} y={8} rx={2} style={{ fill: serviceVar(node.name) }} />}
            <text x={20} y={23} className={css.name}>{clip(node.name, node.errors > 0 ? 11 : 17)}</text>
            <text x={20} y={41} className={css.numbers}>{node.calls === 0 ? kindText(node) : node.inferred ? `${clip(node.system || kindText(node), 10)} · ${formatDuration(node.p95)}` : `${rateText(node.calls, seconds)} · ${formatDuration(node.p95)}`}</text>
            {node.errors > 0 && <><rect className={css.ring} x={20} y={49} width={NODE_WIDTH - 40} height={3} rx={1.5} /><rect className={css.errors} x={20} y={49} width={Math.max(3, (NODE_WIDTH - 40) * node.error_rate)} height={3} rx={1.5} /></>}
            {node.errors > 0 && <text x={NODE_WIDTH - 10} y={23} className={css.failed}>✕ {errorText(node)}</text>}
          </g>
        ))}
      </svg>
    </div>
  );
}

interface EdgeProps {
  way: Way;
  names: { source: string; target: string };
  seconds: number;
  weight: number;
  arrow: string;
  selected: boolean;
  dim: boolean;
  onSelect: () => void;
}

function EdgeMark({ way, names, seconds, weight, arrow, selected, dim, onSelect }: EdgeProps) {
  const { edge, path, x, y } = way;
  const bad = edge.errors > 0;
  const p95 = edge.client_p95 || edge.server_p95;
  const label = [rateText(edge.calls, seconds), p95 > 0 ? formatDuration(p95) : ''].filter(Boolean).join(' · ');
  const half = 3.1 * label.length + 5;
  return (
    <g role="button" tabIndex={0} aria-pressed={selected} className={cx(css.edge, bad && css.bad, selected && css.chosen, dim && css.dim)} data-testid="map-edge" onClick={onSelect} onKeyDown={press(onSelect)}
      aria-label={`${names.source} calls ${names.target}: ${plural(edge.calls, 'call')}, ${errorText(edge)} failed${edge.async ? ', through a queue' : ''}`}>
      <path d={path} className={css.hit} />
      <path d={path} className={css.line} strokeWidth={weight} strokeDasharray={edge.async ? '6 5' : undefined} markerEnd={`url(#${arrow}-${bad ? 'bad' : 'plain'})`} />
      <rect x={x - half} y={y - (bad ? 16 : 9)} width={2 * half} height={bad ? 32 : 18} rx={9} className={css.pill} />
      <text x={x} y={bad ? y - 3 : y + 4} className={css.label}>{label}</text>
      {bad && <text x={x} y={y + 11} className={css.failedLabel}>✕ {errorText(edge)}</text>}
    </g>
  );
}
