#!/usr/bin/env bash
# Starts an opslog of its own with the default configuration, runs a program of test/e2e/browser on it, and stops it.
set -euo pipefail
cd "$(dirname "$0")/.."

data=$(mktemp -d)
OPSLOG_DATA="$data/store" "${OPSLOG_BIN:-bin/opslog}" --config=config/default.yaml \
  --config='yaml:receivers::otlp::protocols::grpc::endpoint: localhost:4397' \
  --config='yaml:receivers::otlp::protocols::http::endpoint: localhost:4398' \
  --config='yaml:extensions::opslog_query::endpoint: localhost:8599' \
  --config='yaml:exporters::prometheus::endpoint: localhost:8898' \
  --config='yaml:extensions::health_check::endpoint: localhost:13193' \
  --config='yaml:service::telemetry::metrics::level: none' 2>"$data/log" &
opslog=$!
trap 'kill "$opslog" 2>/dev/null || true; wait "$opslog" 2>/dev/null || true; rm -rf "$data"' EXIT

for _ in $(seq 1 150); do
  kill -0 "$opslog" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  (: </dev/tcp/localhost/8599) 2>/dev/null && break
  sleep 0.2
done
export OPSLOG_URL=http://localhost:8599 OPSLOG_OTLP=http://localhost:4398
(cd test/e2e/browser && node "$@")
