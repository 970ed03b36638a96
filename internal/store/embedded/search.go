//go:build cgo && !noduckdb

package embedded

import (
	"slices"
	"strings"

	"github.com/opslog/opslog/internal/operation"
)

// searchable is the table of operations with the column that words are looked for in. Nothing reads that column back.
func searchable(payloadSearch string) *table[operation.Operation] {
	t := operations
	t.columns = append(slices.Clone(t.columns), column[operation.Operation]{name: "search_text", ref: func(op *operation.Operation) any {
		texts := []string{op.Name, op.Target, op.ErrorType, op.ErrorMessage, op.StatusMessage, op.RequestBody, op.ResponseBody}
		if payloadSearch == SearchOff {
			texts = texts[:5]
		}
		text := strings.ToLower(strings.Join(texts, "\n"))
		return &text
	}})
	return &t
}
