package derive

import "github.com/opslog/opslog/internal/operation"

// findings says what the spans show to be wrong or wasteful.
func (d *Deriver) findings(op *operation.Operation, t *tree) []operation.Finding {
	var out []operation.Finding
	if f, ok := d.queryThatWrites(op, t); ok {
		out = append(out, f)
	}
	return out
}

// queryThatWrites reports a safe method or a read-named RPC that changed business state.
func (d *Deriver) queryThatWrites(op *operation.Operation, t *tree) (operation.Finding, bool) {
	if !safe(op) {
		return operation.Finding{}, false
	}
	f := operation.Finding{Kind: operation.FindingQueryThatWrites, Severity: severityWarning}
	for i, s := range t.spans {
		if t.counted[i] && d.changes(s.call) {
			if f.Count == 0 {
				f.Evidence = op.Name + " promises to change nothing, yet: " + s.call.action + " " + s.call.effectTarget()
			}
			f.Count++
			f.SpanIDs = appendID(f.SpanIDs, s.ID)
		}
	}
	return f, f.Count > 0
}

// Values of operation.Finding.Severity.
const (
	severityInfo    = "info"
	severityWarning = "warning"
	severityHigh    = "high"
)

// appendID keeps the first few ids of a finding.
func appendID(ids []operation.SpanID, id operation.SpanID) []operation.SpanID {
	const most = 10
	if len(ids) == most {
		return ids
	}
	return append(ids, id)
}
