package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/opslog/opslog/internal/archive"
)

// printReport says what was proven.
func printReport(out io.Writer, r archive.Report, zone *time.Location) error {
	at := func(ns int64) string { return time.Unix(0, ns).In(zone).Format("2006-01-02 15:04:05 MST") }
	lines := [][2]string{
		{"verified", fmt.Sprintf("%d entries in %d segments, %d lines, %d signatures", r.Entries, r.Segments, r.Lines, r.Checkpoints)},
		{"from", at(r.From)}, {"to", at(r.To)}, {"head", r.Head.String()},
	}
	add := func(wanted bool, name, format string, args ...any) {
		if wanted {
			lines = append(lines, [2]string{name, fmt.Sprintf(format, args...)})
		}
	}
	add(r.Erasures > 0, "erased", "%d keys destroyed in %d erasures; the chain holds all the same", r.ErasedKeys, r.Erasures)
	add(r.Duplicates > 0, "duplicates", "%d entries were delivered again, and are there once", r.Duplicates)
	add(r.Dropped > 0, "dropped", "%d entries were too large", r.Dropped)
	add(r.Removed > 0, "removed", "segments 1 to %d, by the retention", r.Removed)
	add(r.Unsealed > 0, "not sealed", "%d segments, of processes that were killed or run now; %d bytes of lines that were cut off", r.Unsealed, r.Torn)
	add(r.Unsigned > 0, "not signed yet", "the last %d lines; they hold together, but whoever can write could have written them", r.Unsigned)
	for _, l := range lines {
		if _, err := fmt.Fprintf(out, "%-14s  %s\n", l[0], l[1]); err != nil {
			return err
		}
	}
	return nil
}
