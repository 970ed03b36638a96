#!/usr/bin/env bash
# Installs what the tests need and is not there yet: a browser, curl, strace, an Alertmanager and systemd's checker (Debian's), npm packages, a ClickHouse.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for program in chromium curl prometheus-alertmanager strace; do
  command -v "$program" >/dev/null || missing+=("$program")
done
command -v systemd-analyze >/dev/null || missing+=(systemd)
if [ "${#missing[@]}" -gt 0 ]; then
  echo "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
npm --prefix extension/opslogqueryextension/web ci --no-audit --no-fund --silent
npm --prefix test/e2e/browser ci --no-audit --no-fund --silent
test/clickhouse/fetch.sh
