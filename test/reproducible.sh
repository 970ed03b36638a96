#!/usr/bin/env bash
# Builds the committed tree twice, in two folders of different names, the second time with an empty build cache, and wants the
# same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=0.0.0-reproducible
git clone -q . "$work/one"
git clone -q . "$work/another-and-longer-name"
make -s -C "$work/one" build VERSION=$version
GOCACHE=$work/cache make -s -C "$work/another-and-longer-name" build VERSION=$version
sha256sum "$work"/*/bin/opslog
cmp "$work"/*/bin/opslog
