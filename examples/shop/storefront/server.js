// The public HTTP edge of the shop.
'use strict';

const express = require('express');
const { stopTelemetry } = require('./telemetry');
const { keepRequestBody, keepResponseBody, identify } = require('./lib/capture');
const { notFound, failed } = require('./lib/errors');
const routes = require('./lib/routes');

const app = express();
app.disable('x-powered-by');
app.get('/healthz', (_req, res) => res.status(204).end());
app.use(keepResponseBody);
app.use(express.json({ verify: keepRequestBody }));
app.use(express.urlencoded({ extended: false, verify: keepRequestBody }));
app.use(identify);
app.use(routes);
app.use(notFound);
app.use(failed);

const [host, port] = (process.env.LISTEN ?? 'localhost:8080').split(':');
const server = app.listen(Number(port), host);

const flushTime = 2000; // ms; a collector that is gone must not hold us up

async function stop() {
  server.close();
  server.closeIdleConnections();
  const late = new Promise((_, reject) => setTimeout(reject, flushTime, new Error(`not within ${flushTime} ms`)));
  await Promise.race([stopTelemetry(), late]).catch((err) => process.stderr.write(`last telemetry was not delivered: ${err.message}\n`));
  process.exit(0);
}

// The supervisor stops us by closing standard input, and so does its death. Ctrl-C reaches us too, but is its business.
if (process.env.SHOP_SUPERVISED) {
  process.stdin.resume();
  process.stdin.once('end', stop);
  process.on('SIGINT', () => {});
} else {
  process.once('SIGINT', stop);
}
process.once('SIGTERM', stop);
