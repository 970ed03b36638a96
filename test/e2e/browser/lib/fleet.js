// Two services that call each other, in two versions: the second is slower, and fails.
import { STACK, newService } from './data.js';
import { CLIENT, SERVER, Trace } from './otlp.js';

const CHECKOUT = 'POST /checkout';
const MINUTE = 60_000;

function checkout({ front, back }, start, { version, failed, slow, user }) {
  const trace = new Trace(front, start, { 'service.version': version, 'deployment.environment.name': 'test' });
  const length = slow ? 900 : 300;
  const root = trace.span(CHECKOUT, 0, length, {
    kind: SERVER, ...(failed && { error: 'charge timed out' }),
    attrs: {
      'http.request.method': 'POST', 'http.route': '/checkout', 'url.path': '/checkout', 'http.response.status_code': failed ? 500 : 200, 'user.id': user,
      'http.request.header.authorization': ['Bearer s3cr3t-t0ken-of-a-user'], 'http.request.body': '{"cart":{"sku":"A-1","quantity":2}}',
    },
    events: failed ? [{ offset: length - 5, name: 'exception', attrs: { 'exception.type': 'PaymentTimeout', 'exception.message': 'charge timed out', 'exception.stacktrace': STACK } }] : [],
  });
  trace.span('INSERT orders', 5, 20, { parent: root, kind: CLIENT, attrs: { 'db.system.name': 'postgresql', 'db.namespace': `${front}-db`, 'db.query.text': 'INSERT INTO orders VALUES ($1)' } });
  const call = trace.span('POST /charge', 40, length - 60, {
    parent: root, kind: CLIENT, ...(failed && { error: 'timeout' }), attrs: { 'http.request.method': 'POST', 'url.full': `http://${back}/charge`, 'server.address': back },
  });
  const other = new Trace(back, start, { 'deployment.environment.name': 'test' });
  other.id = trace.id;
  other.span('POST /charge', 45, length - 70, {
    parent: call, remote: true, kind: SERVER, ...(failed && { error: 'no answer of the bank' }), attrs: { 'http.request.method': 'POST', 'http.route': '/charge', 'http.response.status_code': failed ? 504 : 200 },
  });
  return [trace, other];
}

/** Names of two services, and what to send of them: 40 checkouts of 1.0.0, then 40 of 2.0.0, every fifth of which fails. */
export function fleet(name, now) {
  const services = { front: newService(`${name}-front`), back: newService(`${name}-back`) };
  const old = Array.from({ length: 40 }, (_, i) => checkout(services, now - 50 * MINUTE + i * 30_000, { version: '1.0.0', user: `u_${i % 5}` }));
  const fresh = Array.from({ length: 40 }, (_, i) => checkout(services, now - 25 * MINUTE + i * 30_000, { version: '2.0.0', slow: true, failed: i % 5 === 0, user: `u_${i % 5}` }));
  return { ...services, failed: 8, traces: [...old, ...fresh].flat() };
}
