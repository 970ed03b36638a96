// OTLP over HTTP in its JSON form: just enough to send traces and logs.
import { randomBytes } from 'node:crypto';
import { OTLP } from './env.js';

export const SERVER = 2;
export const CLIENT = 3;
export const CONSUMER = 5;
const ERROR = { code: 2 };

const hex = (bytes) => randomBytes(bytes).toString('hex');

function anyValue(value) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint' || Number.isInteger(value)) return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { doubleValue: value };
}

const attributes = (map) => Object.entries(map ?? {}).map(([key, value]) => ({ key, value: anyValue(value) }));

/** A trace of one service that grows span by span. Times are milliseconds; start is one since the epoch. */
export class Trace {
  constructor(service, start, resource = {}) {
    this.service = service;
    this.resource = { attributes: attributes({ 'service.name': service, 'service.version': '1.0.0', ...resource }) };
    this.start = BigInt(start) * 1_000_000n;
    this.id = hex(16);
    this.spans = [];
    this.logs = [];
  }

  at(ms) {
    return String(this.start + BigInt(Math.round(ms * 1e6)));
  }

  /** Adds a span and gives its id. */
  span(name, offset, duration, { parent, remote = false, kind = 1, error, attrs, events = [] } = {}) {
    const spanId = hex(8);
    this.spans.push({
      traceId: this.id, spanId, parentSpanId: parent ?? '', flags: remote ? 0x301 : parent ? 0x101 : 0x100, name, kind, startTimeUnixNano: this.at(offset),
      endTimeUnixNano: this.at(offset + duration), attributes: attributes(attrs), status: error === undefined ? {} : { ...ERROR, message: error },
      events: events.map((e) => ({ timeUnixNano: this.at(e.offset), name: e.name, attributes: attributes(e.attrs) })),
    });
    return spanId;
  }

  log(body, offset, spanId, severityNumber = 9, attrs = {}) {
    this.logs.push({ timeUnixNano: this.at(offset), severityNumber, body: anyValue(body), traceId: this.id, spanId, attributes: attributes(attrs) });
  }
}

async function post(otlp, path, body) {
  const response = await fetch(new URL(path, otlp), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`OTLP ${path} answered ${response.status}: ${await response.text()}`);
}

export const send = (...traces) => sendTo(OTLP, ...traces);

export async function sendTo(otlp, ...traces) {
  const scope = { name: 'browser-tests' };
  await post(otlp, 'v1/traces', { resourceSpans: traces.map((t) => ({ resource: t.resource, scopeSpans: [{ scope, spans: t.spans }] })) });
  const withLogs = traces.filter((t) => t.logs.length > 0);
  if (withLogs.length > 0) await post(otlp, 'v1/logs', { resourceLogs: withLogs.map((t) => ({ resource: t.resource, scopeLogs: [{ scope, logRecords: t.logs }] })) });
}
