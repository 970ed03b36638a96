package operationsconnector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/oplog"
)

func TestPacked(t *testing.T) {
	for _, packed := range []bool{false, true} {
		cfg := defaultConfig()
		cfg.Packed = packed
		r := newRig(t, cfg, nil)
		require.NoError(t, r.send(requests(0, 20)))
		r.shutdown()
		assert.Len(t, r.records(), 20)
		for _, logs := range r.out.AllLogs() {
			record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
			assert.Equal(t, packed, record.EventName() == oplog.PackedEventName)
		}
	}
}
