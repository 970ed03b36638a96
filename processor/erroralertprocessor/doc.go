//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package erroralertprocessor watches operation records on their way to the store and raises alerts. What is wrong is
// decided by internal/alert, who is told by internal/notify, and what is remembered by internal/watch; this package is
// configuration, lifecycle and counters.
package erroralertprocessor // import "github.com/opslog/opslog/processor/erroralertprocessor"
