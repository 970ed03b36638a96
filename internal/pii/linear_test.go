package pii

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTimeGrowsWithTheLength compares texts of 4 KiB and 64 KiB: sixteen times
// the text takes about sixteen times as long; a walker that goes back over what
// it has read would take 256 times. Only the ratio of CPU time is judged, over the
// best of several runs, with room for a busy machine.
func TestTimeGrowsWithTheLength(t *testing.T) {
	const small, large, most = 4 << 10, 64 << 10, 100
	e := newTestEngine(t, nil)
	s := e.Session()
	defer s.Release()
	best := func(text string) time.Duration {
		least := time.Duration(1<<63 - 1)
		for range 5 {
			before := cpuTime()
			s.Value(Decision{}, text)
			least = min(least, cpuTime()-before)
		}
		return max(least, 10*time.Microsecond)
	}
	for _, piece := range hostile {
		few, many := best(strings.Repeat(piece, small/len(piece))), best(strings.Repeat(piece, large/len(piece)))
		require.Less(t, float64(many)/float64(few), float64(most), "%q: %s, then %s", piece, few, many)
	}
}
