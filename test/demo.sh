#!/usr/bin/env bash
# Runs opslog and the sample shop beside it until interrupted; both stop together.
set -euo pipefail
cd "$(dirname "$0")/.."

go build -C examples/shop -trimpath -o ../../bin/shop ./cmd/shop
bin/opslog "$@" &
opslog=$!
shop=
stop() {
  [ -z "$shop" ] || kill "$shop" 2>/dev/null || true
  kill "$opslog" 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'exit 0' INT TERM

for _ in $(seq 1 150); do
  kill -0 "$opslog" 2>/dev/null || { echo "opslog did not start, see above" >&2; exit 1; }
  (: </dev/tcp/localhost/8585) 2>/dev/null && break
  sleep 0.2
done
echo "opslog is up: http://localhost:8585"
bin/shop -storefront examples/shop/storefront &
shop=$!
wait -n "$opslog" "$shop"
