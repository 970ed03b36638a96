// The last handlers of the application: what no route knows, and what went wrong.
'use strict';

const { SpanStatusCode } = require('@opentelemetry/api');
const logger = require('./logger');

function notFound(req, res) {
  logger.warn({ path: req.path }, 'no such page');
  res.status(404).json({ error: 'not_found', message: `no page ${req.path}` });
}

// express knows an error handler by its four parameters.
function failed(err, req, res, _next) {
  const status = err.status ?? 500;
  if (status >= 500) {
    req.serverSpan?.recordException(err);
    req.serverSpan?.setStatus({ code: SpanStatusCode.ERROR, message: err.message });
    logger.error({ err }, err.message);
  } else {
    logger.warn({ status }, `request refused: ${err.message}`);
  }
  res.status(status).json({ error: err.type ?? 'internal', message: err.message });
}

module.exports = { notFound, failed };
