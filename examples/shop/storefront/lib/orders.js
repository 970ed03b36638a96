// The client of the orders service.
'use strict';

const base = process.env.ORDERS_URL ?? 'http://localhost:8081';
const forwarded = ['authorization', 'idempotency-key', 'x-user-type', 'x-api-key'];

// call asks the orders service and answers its status and body.
async function call(req, method, path, body) {
  const headers = { 'x-request-id': req.requestId };
  for (const name of forwarded) {
    const value = req.get(name);
    if (value) headers[name] = value;
  }
  if (body !== undefined) headers['content-type'] = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await fetch(base + path, { method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body });
  return { status: response.status, body: await response.json() };
}

// relay makes a handler that passes the request on and the answer back.
function relay(method, path, body = () => undefined) {
  return async (req, res, next) => {
    try {
      const answer = await call(req, method, path(req), body(req));
      res.status(answer.status).json(answer.body);
    } catch (err) {
      next(err);
    }
  };
}

const query = (req) => {
  const at = req.originalUrl.indexOf('?');
  return at < 0 ? '' : req.originalUrl.slice(at);
};

module.exports = { call, relay, query };
