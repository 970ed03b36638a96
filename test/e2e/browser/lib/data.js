// What the tests send. Each test file has a service of its own, so that runs and files do not meet.
import { randomBytes } from 'node:crypto';
import { CLIENT, CONSUMER, SERVER, Trace } from './otlp.js';

export const newService = (name) => `${name}-${randomBytes(3).toString('hex')}`;

/** A request that was quick and good. */
export function quick(service, start, item = 1) {
  const trace = new Trace(service, start);
  trace.span('GET /items/{id}', 0, 12, {
    kind: SERVER,
    attrs: { 'http.request.method': 'GET', 'http.route': '/items/{id}', 'url.path': `/items/${item}`, 'http.response.status_code': 200 },
  });
  return trace;
}

export const STACK = 'PaymentTimeout: charge timed out\n    at charge (/app/src/payment.js:42:11)\n    at next (/app/node_modules/express/lib/router.js:1:1)';

/** A slow checkout that failed: five spans, a log record, request and response. Slow and failed, so all spans are kept. */
export function checkout(service, start) {
  const trace = new Trace(service, start, { 'deployment.environment.name': 'test' });
  const root = trace.span('POST /checkout', 0, 1300, {
    kind: SERVER, error: 'charge timed out',
    attrs: {
      'http.request.method': 'POST', 'http.route': '/checkout', 'url.path': '/checkout', 'http.response.status_code': 500, 'user.id': 'u_browser',
      'http.request.header.content-type': ['application/json'], 'http.request.body': '{"cart":{"items":[{"sku":"A-1","quantity":2}]}}',
      'http.response.body': '{"error":"PaymentTimeout"}', 'shop.cart.big': 9007199254740993n,
    },
    events: [{ offset: 1290, name: 'exception', attrs: { 'exception.type': 'PaymentTimeout', 'exception.message': 'charge timed out', 'exception.stacktrace': STACK } }],
  });
  const price = trace.span('price cart', 10, 60, { parent: root });
  trace.span('SELECT prices', 15, 40, { parent: price, kind: CLIENT, attrs: { 'db.system.name': 'postgresql', 'db.query.text': 'SELECT price FROM prices WHERE sku = $1' } });
  trace.span('INSERT orders', 80, 30, { parent: root, kind: CLIENT, attrs: { 'db.system.name': 'postgresql', 'db.query.text': 'INSERT INTO orders VALUES ($1)' } });
  trace.span('POST', 200, 1000, {
    parent: root, kind: CLIENT, error: 'timeout', attrs: { 'http.request.method': 'POST', 'url.full': 'https://pay.example.com/charge', 'server.address': 'pay.example.com' },
  });
  trace.log('charge failed', 1250, root, 17, { attempt: 1 });
  return trace;
}

/** A request that holds what nobody should see. */
export function withSecrets(service, start) {
  const trace = new Trace(service, start);
  trace.span('POST /accounts', 0, 20, {
    kind: SERVER,
    attrs: {
      'http.request.method': 'POST', 'http.route': '/accounts', 'url.path': '/accounts', 'http.response.status_code': 201, 'http.request.header.authorization': ['Bearer abcdefghijklmnop123456'],
      'http.request.header.content-type': ['application/json'], 'http.request.body': '{"email":"ada@example.org","password":"correct horse"}',
    },
  });
  return trace;
}

/** One delivery of a message, which may fail. */
export function delivery(service, start, message, fails) {
  const trace = new Trace(service, start);
  trace.span('order.created process', 0, 30, {
    kind: CONSUMER, ...(fails && { error: 'carrier is closed' }),
    attrs: { 'messaging.system': 'kafka', 'messaging.destination.name': 'order.created', 'messaging.operation.type': 'process', 'messaging.message.id': message },
  });
  return trace;
}

/** A list of posts that asks for each author by itself. Slow, so that all spans are kept. */
export function manyAuthors(service, start) {
  const trace = new Trace(service, start);
  const root = trace.span('GET /posts', 0, 1900, { kind: SERVER, attrs: { 'http.request.method': 'GET', 'http.route': '/posts', 'url.path': '/posts', 'http.response.status_code': 200 } });
  const sql = (text) => ({ parent: root, kind: CLIENT, attrs: { 'db.system.name': 'postgresql', 'db.query.text': text } });
  trace.span('SELECT posts', 5, 20, sql('SELECT id, author_id FROM posts LIMIT 103'));
  for (let i = 0; i < 103; i++) trace.span('SELECT authors', 30 + i * 17, 15, sql('SELECT name FROM authors WHERE id = $1'));
  return trace;
}

export const XSS = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

/** Markup and script in every place that can hold text. */
export function hostile(service, start) {
  const trace = new Trace(`${service}${XSS}`, start, { [`r ${XSS}`]: XSS, 'host.name': XSS, 'deployment.environment.name': XSS });
  const attrs = {
    [XSS]: XSS, 'url.full': 'javascript:window.hacked=1', 'link.plain': 'javascript:window.hacked=1', 'link.good': 'https://example.com/', 'http.request.method': 'POST',
    'http.route': XSS, 'url.path': XSS, 'user.id': XSS, 'http.request.body': XSS, 'http.response.body': JSON.stringify({ [XSS]: XSS }), 'http.request.header.x': [XSS],
    long: 'x'.repeat(5_000), rtl: '\u202Egnp.exe',
  };
  const exception = { 'exception.type': XSS, 'exception.message': XSS, 'exception.stacktrace': XSS };
  const root = trace.span(XSS, 0, 1100, { kind: SERVER, error: XSS, attrs, events: [{ offset: 1, name: 'exception', attrs: exception }, { offset: 2, name: XSS, attrs: { [XSS]: XSS } }] });
  trace.span(XSS, 10, 900, { parent: root, kind: CLIENT, error: XSS, attrs: { 'db.system.name': XSS, 'db.query.text': XSS, 'server.address': XSS } });
  trace.log(XSS, 5, root, 17, { [XSS]: XSS });
  return trace;
}

/** An operation that fails in a way of its own. */
export function failing(service, start, type, message) {
  const trace = new Trace(service, start);
  trace.span('GET /stock', 0, 15, {
    kind: SERVER, error: message,
    attrs: { 'http.request.method': 'GET', 'http.route': '/stock', 'url.path': '/stock', 'http.response.status_code': 500 },
    events: [{ offset: 10, name: 'exception', attrs: { 'exception.type': type, 'exception.message': message } }],
  });
  return trace;
}
