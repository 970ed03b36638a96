import type { ReactNode } from 'react';
import type { Operation } from '../../api/types';
import { KindBadge } from '../../components/Badge';
import { ServiceName } from '../../components/ServiceName';
import { StatusMark } from '../../components/StatusMark';
import { formatDuration } from '../../lib/duration';
import { valueText } from '../../lib/json';
import { formatBytes, formatCount } from '../../lib/number';
import { clip, shortId } from '../../lib/text';
import { DurationCell, NameCell, SpansCell, TimeCell, WhatCell } from './cells';

export interface CellContext {
  longest: number;
  /** Its error was new. */
  fresh: boolean;
  /** Times as how long ago. */
  ago: boolean;
  now: Date;
}

export interface Column {
  id: string;
  label: string;
  /** A track of the grid. */
  width: string;
  right?: boolean;
  /** What the server sorts by. */
  sort?: string;
  /** The field and value that a filter on the cell takes. */
  filter?: (op: Operation) => readonly [field: string, value: unknown] | undefined;
  cell: (op: Operation, context: CellContext) => ReactNode;
}

const text = (value: string | undefined) => (value ? <bdi title={clip(value, 2000)}>{clip(value, 120)}</bdi> : null);
const time = (ns: number | undefined) => (ns ? formatDuration(ns) : null);
const number = (n: number | undefined) => (n ? formatCount(n) : null);
const field = (name: string, key: keyof Operation) => (op: Operation) => (op[key] ? ([name, op[key]] as const) : undefined);

const plain = (id: string, label: string, key: keyof Operation, name: string): Column => ({
  id, label, width: 'minmax(90px, 0.6fr)', sort: name, filter: field(name, key), cell: (op) => text(op[key] as string | undefined),
});
const duration = (id: string, label: string, key: keyof Operation, sort: string): Column => ({ id, label, width: '92px', right: true, sort, cell: (op) => time(op[key] as number | undefined) });
const count = (id: string, label: string, key: keyof Operation, sort: string): Column => ({ id, label, width: '84px', right: true, sort, cell: (op) => number(op[key] as number | undefined) });

export const COLUMNS: readonly Column[] = [
  { id: 'time', label: 'Time', width: '132px', sort: 'time', cell: (op, { now, ago }) => <TimeCell op={op} now={now} ago={ago} /> },
  { id: 'status', label: 'Status', width: '64px', sort: 'status', filter: (op) => ['status', op.status ?? 'ok'], cell: (op) => <StatusMark status={op.status} status_code={op.status_code} transport={op.transport} /> },
  { id: 'kind', label: 'Kind', width: '82px', sort: 'kind', filter: (op) => ['kind', op.kind ?? 'unknown'], cell: (op) => <KindBadge kind={op.kind} /> },
  { id: 'name', label: 'Operation', width: 'minmax(200px, 1.5fr)', sort: 'name', filter: field('name', 'name'), cell: (op) => <NameCell op={op} /> },
  { id: 'service', label: 'Service', width: 'minmax(110px, 0.7fr)', sort: 'service', filter: field('service', 'service_name'), cell: (op) => <ServiceName name={op.service_name} /> },
  { id: 'duration', label: 'Duration', width: '150px', right: true, sort: 'duration', cell: (op, { longest }) => <DurationCell op={op} longest={longest} /> },
  { id: 'spans', label: 'Spans', width: '76px', right: true, sort: 'span.count', cell: (op) => <SpansCell op={op} /> },
  { id: 'what', label: 'What happened', width: 'minmax(160px, 1.3fr)', filter: field('error.type', 'error_type'), cell: (op, { fresh }) => <WhatCell op={op} fresh={fresh} /> },
  plain('version', 'Version', 'service_version', 'version'),
  plain('env', 'Environment', 'environment', 'env'),
  plain('host', 'Host', 'host_name', 'host'),
  plain('user', 'User', 'user_id', 'user'),
  plain('tenant', 'Tenant', 'tenant_id', 'tenant'),
  plain('request', 'Request id', 'request_id', 'request.id'),
  plain('target', 'Target', 'target', 'target'),
  { id: 'trace', label: 'Trace id', width: '138px', cell: (op) => <code title={op.trace_id}>{shortId(op.trace_id)}</code> },
  duration('trace_duration', 'Trace time', 'trace_duration', 'trace.duration'),
  duration('self', 'Own time', 'self_time', 'self_time'),
  duration('db_time', 'DB time', 'db_time', 'db.time'),
  count('db_calls', 'DB calls', 'db_calls', 'db.calls'),
  duration('external_time', 'Call time', 'external_time', 'external_time'),
  { id: 'in', label: 'Request size', width: '96px', right: true, sort: 'request_size', cell: (op) => (op.request_size ? formatBytes(op.request_size) : null) },
  { id: 'out', label: 'Response size', width: '96px', right: true, sort: 'response_size', cell: (op) => (op.response_size ? formatBytes(op.response_size) : null) },
  count('attempt', 'Attempt', 'attempt', 'attempt'),
];

export const USUAL = ['time', 'status', 'kind', 'name', 'service', 'duration', 'spans', 'what'];

/** A column for any field of the query language; the list brings its values. */
function fieldColumn(name: string): Column {
  return {
    id: name, label: name, width: 'minmax(90px, 0.7fr)', sort: name,
    filter: (op) => (op.columns?.[name] ? [name, op.columns[name]] : undefined),
    cell: (op) => {
      const value = op.columns?.[name];
      return value === null || value === undefined || value === '' ? null : text(valueText(value));
    },
  };
}

/** The columns that the URL names, or the usual ones, and behind them those of fields. */
export function columnsOf(cols: string | undefined, matched: string[]): Column[] {
  const ids = cols ? cols.split(',').map((id) => id.trim()).filter(Boolean) : USUAL;
  return [...new Set([...ids, ...matched])].map((id) => COLUMNS.find((column) => column.id === id) ?? fieldColumn(id));
}

/** The fields whose values rows do not hold by themselves. */
export function fieldsOf(columns: Column[]): string[] {
  return columns.map((column) => column.id).filter((id) => !COLUMNS.some((column) => column.id === id));
}
