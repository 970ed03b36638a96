// Places of the nodes and ways of the edges of a map.
import dagre from '@dagrejs/dagre';
import type { MapEdge, MapNode } from '../../api/pages';

export const NODE_WIDTH = 172;
export const NODE_HEIGHT = 58;

export interface Place {
  node: MapNode;
  /** The upper left corner. */
  x: number;
  y: number;
}

export interface Way {
  edge: MapEdge;
  key: string;
  /** As the d of an SVG path. */
  path: string;
  /** Where the numbers stand. */
  x: number;
  y: number;
}

export interface Plan {
  places: Place[];
  ways: Way[];
  width: number;
  height: number;
}

export const edgeKey = (edge: MapEdge) => `${edge.source}→${edge.target}`;

interface Point {
  x: number;
  y: number;
}

/** A path through points with its corners rounded: to the middle between each two, bent at each. */
export function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  let path = `M${first.x.toFixed(1)} ${first.y.toFixed(1)}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const [here, next] = [rest[i] as Point, rest[i + 1] as Point];
    const end = i === rest.length - 2 ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    path += `Q${here.x.toFixed(1)} ${here.y.toFixed(1)} ${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
  }
  return rest.length === 1 ? `${path}L${last.x.toFixed(1)} ${last.y.toFixed(1)}` : path;
}

/** Lays a map out in layers, callers before the called: from left to right, or downwards where there is little room. */
export function plan(nodes: readonly MapNode[], edges: readonly MapEdge[], down: boolean): Plan {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: down ? 'TB' : 'LR', nodesep: down ? 24 : 34, ranksep: down ? 60 : 72, edgesep: 20, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  const known = new Set(nodes.map((n) => n.id));
  const drawn = edges.filter((e) => known.has(e.source) && known.has(e.target));
  drawn.forEach((edge) => graph.setEdge(edge.source, edge.target, { width: 96, height: 34, labelpos: 'c' }, edgeKey(edge)));
  dagre.layout(graph);
  const places = nodes.map((node) => {
    const { x, y } = graph.node(node.id) as Point;
    return { node, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 };
  });
  const ways = drawn.map((edge) => {
    const key = edgeKey(edge);
    const label = graph.edge(edge.source, edge.target, key) as { points: Point[]; x?: number; y?: number };
    const middle = label.points[Math.floor(label.points.length / 2)] ?? { x: 0, y: 0 };
    return { edge, key, path: smooth(label.points), x: label.x ?? middle.x, y: label.y ?? middle.y };
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { places, ways, width, height };
}
