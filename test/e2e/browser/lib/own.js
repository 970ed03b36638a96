// An opslog of a test's own: one that it may stop, start again, and configure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './api.js';
import { BINARY } from './env.js';

async function freePorts(n) {
  const servers = Array.from({ length: n }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((s) => once(s, 'listening')));
  const ports = servers.map((s) => s.address().port);
  await Promise.all(servers.map((s) => new Promise((resolve) => { s.close(resolve); })));
  return ports;
}

/** Prepares an opslog on free ports with an empty store. Settings are pieces of YAML that win over the default configuration. */
export async function ownOpslog(...settings) {
  const [grpc, http, api, prometheus, health] = await freePorts(5);
  const data = mkdtempSync(join(tmpdir(), 'opslog-browser-'));
  const places = [`receivers::otlp::protocols::grpc::endpoint: 127.0.0.1:${grpc}`, `receivers::otlp::protocols::http::endpoint: 127.0.0.1:${http}`, `extensions::opslog_query::endpoint: 127.0.0.1:${api}`,
    `exporters::prometheus::endpoint: 127.0.0.1:${prometheus}`, `extensions::health_check::endpoint: 127.0.0.1:${health}`, 'service::telemetry::metrics::level: none'];
  let running;
  const own = {
    url: `http://127.0.0.1:${api}/`,
    otlp: `http://127.0.0.1:${http}/`,
    async start() {
      running = spawn(BINARY, ['--config=embed:default', ...[...places, ...settings].map((yaml) => `--config=yaml:${yaml}`)], { env: { ...process.env, OPSLOG_DATA: data }, stdio: 'ignore' });
      await eventually('the own opslog', () => fetch(`http://127.0.0.1:${health}/`).then((r) => r.ok, () => false), Boolean);
    },
    async stop() {
      if (!running || running.exitCode !== null) return;
      const gone = once(running, 'exit');
      running.kill('SIGTERM');
      await gone;
    },
    async remove() {
      await own.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
  await own.start();
  return own;
}
