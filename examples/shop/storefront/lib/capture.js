// Records bodies and who asked on the server span, and hands the identity on as baggage.
'use strict';

const crypto = require('node:crypto');
const { context, propagation } = require('@opentelemetry/api');

const bodyLimit = 4096;

// keepRequestBody is the verify hook of the body parsers: it sees the bytes before they are parsed.
function keepRequestBody(req, _res, bytes) {
  req.serverSpan?.setAttribute('http.request.body', bytes.toString('utf8', 0, bodyLimit));
}

function keepResponseBody(req, res, next) {
  const send = res.send;
  res.send = function (body) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    if (text) req.serverSpan?.setAttribute('http.response.body', text.slice(0, bodyLimit));
    return send.call(this, body);
  };
  next();
}

// claims are the payload of the bearer token. The demo does not check signatures.
function claims(req) {
  const [scheme, token = ''] = (req.get('authorization') ?? '').split(' ');
  if (scheme !== 'Bearer') return {};
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}

function identify(req, _res, next) {
  const { sub, tenant } = claims(req);
  req.user = sub;
  req.requestId = req.get('x-request-id') ?? crypto.randomUUID();
  const identity = {
    'user.id': sub, 'tenant.id': tenant, 'session.id': req.get('x-session-id'), 'request.id': req.requestId, 'user.type': req.get('x-user-type'),
  };
  let baggage = propagation.getActiveBaggage() ?? propagation.createBaggage();
  for (const [key, value] of Object.entries(identity)) {
    if (!value) continue;
    req.serverSpan?.setAttribute(key, value);
    baggage = baggage.setEntry(key, { value });
  }
  for (const [key, { value }] of baggage.getAllEntries()) req.serverSpan?.setAttribute(key, value);
  context.with(propagation.setBaggage(context.active(), baggage), next);
}

module.exports = { keepRequestBody, keepResponseBody, identify };
