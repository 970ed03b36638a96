// An hour of the sample shop, made of its recording: sent once for each minute, oldest first. Until the release of
// payments 2.3.1, eleven minutes ago, all charges are answered in time; from then on some are not. What else fails in
// payments is left out, so that there is one story to follow.
import { readFileSync } from 'node:fs';
import { OTLP } from './env.js';

const DATA = new URL('../../testdata/', import.meta.url);
const MINUTES = 58;
const RELEASE = 11;
const MINUTE_MS = 60_000;
const [OLD, NEW] = ['2.3.0', '2.3.1'];

const lines = (name) => readFileSync(new URL(name, DATA), 'utf8').trim().split('\n');
const end = (all) => all.reduce((max, line) => [...line.matchAll(/"endTimeUnixNano":"(\d+)"/g)].reduce((m, [, ns]) => (BigInt(ns) > m ? BigInt(ns) : m), max), 0n);

const TIMEOUT = /deadline exceeded|did not answer in time/;
const CRASH = /internal error/;

/** Ids of the traces whose spans say so. */
function tracesOf(all, says) {
  const found = new Set();
  for (const line of all) {
    for (const { scopeSpans } of JSON.parse(line).resourceSpans) {
      for (const span of scopeSpans.flatMap((s) => s.spans)) if (says.test(JSON.stringify(span))) found.add(span.traceId);
    }
  }
  return found;
}

function without(line, ids) {
  const body = JSON.parse(line);
  for (const resource of body.resourceSpans) for (const scope of resource.scopeSpans) scope.spans = scope.spans.filter((s) => !ids.has(s.traceId));
  return JSON.stringify(body);
}

/** The line in another time, with ids of traces, requests and orders of its own. */
function moved(line, shift, salt) {
  return line
    .replace(/"(\w*[tT]imeUnixNano)":"(\d+)"/g, (_, key, ns) => `"${key}":"${BigInt(ns) === 0n ? '0' : BigInt(ns) + shift}"`)
    .replace(/r[0-9a-f]{3}([0-9a-f]{9})\b/g, `r${salt}$1`)
    .replace(/"traceId":"(\w+)"/g, (_, id) => (id ? `"traceId":"${salt}${id.slice(salt.length)}"` : _));
}

async function post(path, body) {
  const response = await fetch(new URL(path, OTLP), { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!response.ok) throw new Error(`OTLP ${path} answered ${response.status}: ${await response.text()}`);
}

export async function sendHour() {
  const recorded = lines('shop-traces.jsonl');
  const logs = lines('shop-logs.jsonl');
  const crashed = tracesOf(recorded, CRASH);
  const traces = recorded.map((line) => without(line, crashed));
  const ids = tracesOf(traces, TIMEOUT);
  const healthy = traces.map((line) => without(line, ids).replaceAll(`"stringValue":"${NEW}"`, `"stringValue":"${OLD}"`));
  const last = end(traces);
  const now = Date.now();
  for (let minute = MINUTES; minute >= 0; minute--) {
    const shift = BigInt(now - minute * MINUTE_MS - 5_000) * 1_000_000n - last;
    const salt = minute.toString(16).padStart(3, 'a');
    for (const line of minute > RELEASE ? healthy : traces) await post('v1/traces', moved(line, shift, salt));
    for (const line of logs) await post('v1/logs', moved(line, shift, salt));
  }
}
