//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package opslogsamplingprocessor keeps the spans of traces that failed or were slow, and a share of the others.
package opslogsamplingprocessor // import "github.com/opslog/opslog/processor/opslogsamplingprocessor"
