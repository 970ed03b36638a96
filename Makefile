# Short targets, no logic: what needs more than a line is a script or a program of its own.
GO      ?= go
TOOL    := $(GO) tool -modfile=$(CURDIR)/tools/go.mod
RELEASE := $(GO) tool -modfile=$(CURDIR)/tools/release/go.mod
# The tag, or the next version with the commit.
VERSION := $(or $(VERSION),$(shell git describe --tags --match 'v*' --dirty 2>/dev/null | sed 's/^v//' | grep . || echo 0.1.0-dev+$$(git describe --always --dirty 2>/dev/null || echo unknown)))
WEB     := extension/opslogqueryextension/web
COMPONENTS := $(dir $(wildcard processor/*/metadata.yaml connector/*/metadata.yaml exporter/*/metadata.yaml extension/*/metadata.yaml))

.PHONY: help run demo test build generate generate-check lint ui ui-check ui-bench screenshots bench bench-store bench-alerts ocb clickhouse soak endure fuzz clean \
	deb release reproducible sbom vulnerabilities upgrade

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: build ## Build opslog and start it with the embedded store (UI on http://localhost:8585)
	bin/opslog

demo: build ## Start opslog and an instrumented sample shop with traffic, until interrupted
	test/demo.sh

build: ## Build bin/opslog
	CGO_ENABLED=1 $(GO) build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION)" -o bin/opslog ./cmd/opslog

test: build deb ## Install what the tests need, then run them all
	test/install.sh
	$(GO) test -race -timeout 40m ./...
	$(GO) test -C examples/shop -count=1 ./...
	$(GO) test -C test/deploy -trimpath -count=1 ./...
	npm --prefix $(WEB) test

generate: ## Render components.go and what metadata.yaml describes
	$(TOOL) builder --config builder-config.yaml --skip-compilation --skip-get-modules
	sed 's/[[:space:]]*$$//' _build/components.go | gofmt > cmd/opslog/components.go
	for dir in $(COMPONENTS); do (cd $$dir && $(TOOL) mdatagen metadata.yaml) || exit 1; done

generate-check: generate ## Fail when generated files are stale
	git diff --exit-code -- cmd processor connector exporter extension ':!$(WEB)'

lint: ## Vet, lint, and check the layers
	$(GO) vet ./...
	$(GO) vet -tags upgrade ./test/e2e
	$(TOOL) golangci-lint run ./...
	npm --prefix $(WEB) ci --no-audit --no-fund
	npm --prefix $(WEB) run lint

ui: ## Build the web UI into the folder that the binary embeds
	npm --prefix $(WEB) ci --no-audit --no-fund
	npm --prefix $(WEB) run build

ui-check: ui ## Fail when the committed web UI is stale or too large
	git diff --exit-code -- $(WEB)/dist
	npm --prefix $(WEB) run size

ui-bench: build ## Measure the web UI in Chromium, medians of 5 (the table of docs/performance.md)
	test/with-opslog.sh bench.js

screenshots: build ## Make the pictures of docs/ui again: every page, both themes
	test/with-opslog.sh screenshots.js

ocb: ## Build a collector from builder-config.yaml alone, and see that it starts
	$(TOOL) builder --config builder-config.yaml --skip-strict-versioning=false
	_build/opslog validate --config config/default.yaml

clickhouse: ## Fetch the ClickHouse that tests and benchmarks use
	test/clickhouse/fetch.sh

bench: build clickhouse ## Measure opslog beside the stock chain on the same traces
	$(GO) run ./test/bench
	$(GO) run -C test/bench/redaction .

bench-store: clickhouse ## Fill both stores with operations (BENCH="-n 1000000") and ask them
	$(GO) run -trimpath ./test/bench/store $(BENCH)

bench-alerts: build ## Measure how soon a new error is told (BENCH="-outage 30m -every 25s" for a receiver that is away)
	$(GO) run -trimpath ./test/bench/alerts $(BENCH)

soak: build clickhouse ## Kill and starve opslog for as long as you like (ROUNDS=100) and count what it acknowledged
	OPSLOG_SOAK_ROUNDS=$(or $(ROUNDS),100) $(GO) test -trimpath -count=1 -timeout 12h -v -run 'Kills|Faults|FullDisk|Damaged' ./test/e2e

endure: build clickhouse ## Minutes of too much load and of ten times of it, of a database that is away, a start with 1 GiB of queue, half an hour of a modest load
	OPSLOG_OVERLOAD=$(or $(OVERLOAD),5m) OPSLOG_FLOOD=$(or $(OVERLOAD),5m) OPSLOG_OUTAGE=$(or $(OUTAGE),10m) OPSLOG_QUEUE_MIB=$(or $(QUEUE),1024) OPSLOG_HEAVY=30s OPSLOG_SOAK=$(or $(SOAK),30m) \
		$(GO) test -trimpath -count=1 -timeout 12h -v -run 'Overload|TenTimes|AwayForLong|LongQueue|HeavyQueries|Steady' ./test/e2e

fuzz: ## Fuzz each parser and walker for a while
	test/fuzz.sh

deb: build ## Build a Debian package into dist
	rm -rf dist && mkdir dist
	VERSION='$(VERSION)' GOARCH=$$($(GO) env GOARCH) SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(RELEASE) nfpm package --config deploy/package/nfpm.yaml --packager deb --target dist/

release: deb sbom ## Build what a release publishes into dist: program, package, chart, SBOM, checksums
	cp bin/opslog dist/opslog-linux-$$($(GO) env GOARCH)
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="$$(git log -1 --format=%cI)" -C deploy/helm -czf dist/opslog-chart.tgz opslog
	cd dist && sha256sum -- * > SHA256SUMS

sbom: build ## List what is in bin/opslog and in its web UI, as CycloneDX, into dist
	mkdir -p dist
	$(GO) run -C tools/release -trimpath ./sbom -version '$(VERSION)' $(CURDIR)/bin/opslog $(CURDIR)/$(WEB)/package-lock.json > dist/opslog.cdx.json

reproducible: ## Build twice, in two folders and with an empty cache, and compare
	test/reproducible.sh

upgrade: build clickhouse ## Upgrade from the previous tag (or commit) and back with a full queue; nothing may be lost
	$(GO) test -trimpath -count=1 -v -tags upgrade -run TestUpgrade ./test/e2e

vulnerabilities: ## Look for known vulnerabilities that our code reaches (needs vuln.go.dev, or GOVULNDB=...)
	test/vulnerabilities.sh

clean: ## Remove what was built
	rm -rf bin _build dist
