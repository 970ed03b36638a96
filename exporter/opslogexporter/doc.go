//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package opslogexporter writes operations, spans and log records to the store of an opslog_storage extension.
package opslogexporter
