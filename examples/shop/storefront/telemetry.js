// OpenTelemetry of the storefront, loaded before everything else (node --require). Exporters, service name and
// resource come from OTEL_* variables; what needs code is which headers to record and where to keep the span.
'use strict';

const { NodeSDK } = require('@opentelemetry/sdk-node');
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');

const requestHeaders = [
  'authorization', 'content-type', 'cookie', 'idempotency-key', 'referer', 'x-api-key', 'x-customer-phone', 'x-request-id', 'x-scenario',
];

const sdk = new NodeSDK({
  instrumentations: [
    getNodeAutoInstrumentations({
      '@opentelemetry/instrumentation-http': {
        ignoreIncomingRequestHook: (req) => req.url === '/healthz',
        headersToSpanAttributes: { server: { requestHeaders, responseHeaders: ['content-type', 'set-cookie'] } },
        // Inside express the active span is that of a middleware; bodies and identities belong to the request's.
        requestHook: (span, request) => { request.serverSpan = span; },
      },
      '@opentelemetry/instrumentation-undici': {
        headersToSpanAttributes: { requestHeaders: ['authorization'], responseHeaders: ['content-type'] },
      },
    }),
  ],
});

sdk.start();

module.exports = { stopTelemetry: () => sdk.shutdown() };
