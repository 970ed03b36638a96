//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package opslogguardextension looks at OTLP requests before they are decoded and refuses those that cost far more
// than they weigh. It is a middleware of the collector's HTTP and gRPC servers.
package opslogguardextension
