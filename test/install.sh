#!/usr/bin/env bash
# Installs what the tests need and is not there yet: a browser (Debian's), npm packages, a ClickHouse.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! command -v chromium >/dev/null; then
  echo "installing chromium"
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
npm --prefix extension/opslogqueryextension/web ci --no-audit --no-fund --silent
npm --prefix test/e2e/browser ci --no-audit --no-fund --silent
test/clickhouse/fetch.sh
