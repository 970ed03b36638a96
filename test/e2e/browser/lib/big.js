// Traces that are larger than anybody wants to have them.
import { eventually, get, operations } from './api.js';
import { CLIENT, SERVER, Trace, send } from './otlp.js';

const CHUNK = 2_000;

function big(service, spans) {
  const trace = new Trace(service, Date.now() - 60_000);
  const root = trace.span('POST /batch', 0, 30_000, { kind: SERVER, attrs: { 'http.request.method': 'POST', 'http.route': '/batch', 'http.response.status_code': 200 } });
  let parent = root;
  for (let i = 1; i < spans; i++) {
    const at = (i / spans) * 29_000;
    const group = i % 20 === 1;
    const id = trace.span(group ? `handle item ${i % 7}` : `SELECT part_${i % 11}`, at, group ? 400 : 0.2, { parent: group ? root : parent, ...(!group && { kind: CLIENT, attrs: { 'db.system.name': 'postgresql' } }) });
    if (group) parent = id;
  }
  return trace;
}

/** Sends a trace of so many spans: one request, groups of twenty below it. Gives its operation once all can be read. */
export async function sendBig(service, spans) {
  const trace = big(service, spans);
  // The entry span goes last: an operation is made when its entry has come.
  const inner = trace.spans.slice(1);
  for (let i = 0; i < inner.length; i += CHUNK) await send({ ...trace, spans: inner.slice(i, i + CHUNK) });
  await send({ ...trace, spans: trace.spans.slice(0, 1) });
  const [op] = await operations(service, 1);
  await eventually(`the spans of ${service}`, () => get(`traces/${trace.id}?limit=100000`), (t) => t.n >= spans);
  return op;
}
