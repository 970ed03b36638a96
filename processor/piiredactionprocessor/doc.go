//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package piiredactionprocessor hides personal data and secrets in traces,
// logs and metrics, in every field that can hold text. What is found and what
// takes its place is decided by internal/pii; this package walks pdata.
package piiredactionprocessor // import "github.com/opslog/opslog/processor/piiredactionprocessor"
