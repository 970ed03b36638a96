import type { LogRecord, Operation, Span, Status, Trace } from '../api/types';

/** Ids of the right length that tell what they are of. */
export const id = (n: number, digits = 32) => n.toString(16).padStart(digits, '0');

export const START = '1763719331482000000';

export function operation(n: number, part: Partial<Operation> = {}): Operation {
  return {
    operation_id: id(n), trace_id: id(n + 0x1000), span_id: id(n, 16), revision: 1, complete: true, start_time: String(BigInt(START) + BigInt(n) * 1_000_000n),
    duration: 12_000_000, service_name: 'shop', name: `GET /items/${n}`, transport: 'http', kind: 'query', status: 'ok', status_code: 200, span_count: 3,
    error_span_count: 0, ...part,
  };
}

export function span(n: number, parent: number | null, part: Partial<Span> = {}): Span {
  return {
    trace_id: id(1), span_id: id(n, 16), ...(parent === null ? {} : { parent_span_id: id(parent, 16) }), name: `span ${n}`, kind: 'internal', flags: 0,
    start_time: String(BigInt(START) + BigInt(n) * 1_000_000n), duration: 1_000_000, status: 'unset', service_name: 'shop', ...part,
  };
}

export function log(n: number, part: Partial<LogRecord> = {}): LogRecord {
  return { log_id: id(n), time: START, severity_number: 9, body: `line ${n}`, service_name: 'shop', ...part };
}

export function statusOf(operations: number): Status {
  const store = { engine: 'test', operations, spans: 0, logs: 0, oldest: '0', newest: '0', bytes: 0, refused: 0 };
  const capabilities = { write: true, save: true, login: false, anonymous: false, jaeger: true, tempo: true };
  const limits = { max_range: 0, query_timeout: 10_000_000_000, page_size: 1000, rows: 1000, queries_per_second: 20, concurrent_queries: 4 };
  return { version: '1.0.0', started: START, now: START, store, visible_through: START, capabilities, limits };
}

/** The skeleton of a trace as the server makes it. The spans stand parents first. */
export function traceOf(spans: Span[], part: Partial<Trace> = {}): Trace {
  const place = new Map(spans.map((s, i) => [s.span_id, i]));
  const texts = (key: 'name' | 'service_name') => [...new Set(spans.map((s) => s[key]))];
  const [names, services] = [texts('name'), texts('service_name')];
  const start = spans.reduce((min, s) => (BigInt(s.start_time) < min ? BigInt(s.start_time) : min), BigInt(spans[0]?.start_time ?? 0));
  const offset = spans.map((s) => Number(BigInt(s.start_time) - start));
  const parent = spans.map((s) => place.get(s.parent_span_id ?? '') ?? -1);
  return {
    trace_id: id(1), start: String(start), duration: Math.max(0, ...spans.map((s, i) => (offset[i] ?? 0) + s.duration)), complete: true, derived: false, n: spans.length, names, services,
    id: spans.map((s) => s.span_id), parent, name: spans.map((s) => names.indexOf(s.name)), svc: spans.map((s) => services.indexOf(s.service_name)), kind: spans.map(() => 1), offset,
    dur: spans.map((s) => s.duration), status: spans.map((s) => (s.status === 'error' ? 2 : 0)), flags: spans.map(() => 0), operations: [], critical: [], groups: [], gaps: [], logs: [],
    orphans: spans.flatMap((s, i) => (s.parent_span_id && parent[i] === -1 ? [i] : [])), truncated: null, ...part,
  };
}
