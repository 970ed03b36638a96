// What the list's URL asks of the API.
import type { ListFilter } from '../api/queries';
import type { Diagnosis } from '../api/types';
import { addTerm, splitStages } from './queryText';
import { DEFAULT_RANGE } from './range';
import type { ListSearch } from './search';

/** Requests that only ask whether a service is alive. */
export const HEALTH = 'endpoint IN (/health, /healthz, /livez, /readyz, /ping, /metrics)';
/** That they stay away. */
export const NO_HEALTH = `NOT ${HEALTH}`;

interface Stage {
  name: string;
  stage?: { by?: { time?: boolean }[] };
}

export type Shape = 'list' | 'series' | 'table';

/** How the answer of a query looks: an aggregate is a series where it is grouped by time. */
export function shapeOf(diagnosis: Diagnosis | undefined, view: string | undefined): Shape {
  const aggregate = (diagnosis?.stages as Stage[] | undefined)?.find((s) => s.name === 'aggregate');
  if (!aggregate) return 'list';
  if (view === 'series' || view === 'table') return view;
  return aggregate.stage?.by?.some((by) => by.time) ? 'series' : 'table';
}

/** Fields that every row shows in any case. */
const SHOWN = new Set(['status', 'service', 'duration', 'name', 'endpoint', 'kind', 'method', 'time', 'error.type', 'error.message', 'http.status', 'error.new', 'target']);
const MOST_MATCHED = 4;

interface Node {
  kind?: string;
  field?: string;
  terms?: Node[];
}

/** The fields that a query asks for beyond what rows show: their values say why a row matched. */
export function matchedFields(ast: unknown): string[] {
  const found = new Set<string>();
  const walk = (node: Node) => {
    if (node.kind === 'any' || node.kind === 'all' || node.kind === 'none') return; // of spans, not of the operation
    if (node.field && !SHOWN.has(node.field)) found.add(node.field);
    node.terms?.forEach(walk);
  };
  if (typeof ast === 'object' && ast !== null) walk(ast);
  return [...found].slice(0, MOST_MATCHED);
}

/** The conditions of a list: its own, and that health checks stay away unless they are asked for. */
export function conditionOf({ q = '', health }: ListSearch): string {
  return health === 'show' || /health|livez|readyz|ping|metrics/i.test(q) ? q : addTerm(q, NO_HEALTH);
}

export function toFilter(search: ListSearch, fields: string[]): ListFilter {
  const { from, to, service, status, kind, sort } = search;
  const q = conditionOf(search);
  return {
    ...DEFAULT_RANGE, ...(from && { from }), ...(to && { to }), ...(q && { q }), ...(service && { service }), ...(status && { status }), ...(kind && { kind }),
    ...(sort && { sort }), ...(fields.length > 0 && { fields: fields.join(',') }),
  };
}

/** The same without what only orders or sums up rows. */
export function countedFilter({ q = '', from, to, service, status, kind }: ListFilter): ListFilter {
  const [condition] = splitStages(q);
  return { from, to, ...(condition && { q: condition }), ...(service && { service }), ...(status && { status }), ...(kind && { kind }) };
}
