//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package opslogstorageextension owns the database: it opens it before the first write and closes it after the
// last one. The opslog exporter writes to it and opslog_query reads from it, both through storehost.
package opslogstorageextension
