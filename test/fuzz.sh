#!/usr/bin/env bash
# Runs every fuzz target for FUZZTIME (default 1m each).
set -euo pipefail
cd "$(dirname "$0")/.."

grep -rlE '^func Fuzz' --include='*_test.go' internal processor connector exporter extension | sort | while read -r file; do
  package="./$(dirname "$file")"
  grep -oE '^func Fuzz[A-Za-z0-9_]*' "$file" | awk '{print $2}' | while read -r target; do
    echo "== $package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-1m}" </dev/null
  done
done
