// Every level goes to OpenTelemetry, through the pino instrumentation; the terminal sees errors only.
'use strict';

const pino = require('pino');

const pinoError = 50;

const terminal = {
  write(line) {
    const entry = JSON.parse(line);
    if (entry.level >= pinoError) process.stderr.write(`ERROR ${entry.msg}\n`);
  },
};

module.exports = pino({ level: 'debug', base: undefined }, terminal);
