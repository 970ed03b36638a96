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
		records := 0
		for i, logs := range r.out.AllLogs() {
			record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
			assert.Equal(t, packed, record.EventName() == oplog.PackedEventName)
			records += logs.LogRecordCount()
			handed := oplog.HandedOperations(r.out.Contexts()[i], logs)
			require.Equal(t, packed, handed != nil)
			if packed {
				assert.Len(t, handed.Keep(), logs.LogRecordCount())
			}
		}
		assert.Equal(t, 20, records)
	}
}
