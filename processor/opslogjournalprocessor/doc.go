//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package opslogjournalprocessor keeps spans and log records on disk for a while before it passes them on, so that a
// killed process can be given again what its connectors and samplers held in memory.
package opslogjournalprocessor // import "github.com/opslog/opslog/processor/opslogjournalprocessor"
