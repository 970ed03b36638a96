package oplog

import "go.opentelemetry.io/collector/pdata/plog"

// Counts are numbers of records by what they are marked as.
type Counts struct{ Operations, Edges, Quality, Logs int }

// Tally tells what a batch holds.
func Tally(logs plog.Logs) (n Counts) {
	for _, rl := range logs.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				n.add(record)
			}
		}
	}
	return n
}

func (n *Counts) add(record plog.LogRecord) {
	switch {
	case Is(record):
		n.Operations++
	case record.EventName() == EdgeEventName:
		n.Edges++
	case record.EventName() == QualityEventName:
		n.Quality++
	default:
		n.Logs++
	}
}
