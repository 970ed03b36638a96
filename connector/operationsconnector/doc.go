//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package operationsconnector derives operations from traces: one log record for each request, call, message or
// job, and RED metrics. It also takes logs, for the exceptions among them.
package operationsconnector
