//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package opslogqueryextension serves the operations log: the HTTP API and the web UI.
package opslogqueryextension
