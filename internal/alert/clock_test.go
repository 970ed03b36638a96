package alert

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/operation"
)

// A clock that ran a day ahead and is set back: what fires goes on, and rates are seen again at once.
func TestAClockThatIsSetBack(t *testing.T) {
	s := play(t, Rule{Name: "Rate", Type: TypeErrorRate}, Rule{Name: "Slow", Type: TypeLatency, Above: time.Minute})
	s.traffic(6*time.Minute, 50, 50)
	require.Equal(t, []string{"Rate pending (threshold)", "Rate firing (threshold)"}, s.story())
	snapshot, err := s.engine.Windows(s.now)
	require.NoError(t, err)
	s.now -= operation.Time(24 * time.Hour)
	s.traffic(6*time.Minute, 50, 50)
	assert.Empty(t, s.story())
	assert.InDelta(t, 0.5, s.engine.Alerts()[0].Value, 0.1)
	assert.LessOrEqual(t, s.engine.Stats().TooOld, int64(100), "what came before the next evaluation")

	again, err := New(*s.engine.cfg, s.now)
	require.NoError(t, err)
	require.NoError(t, again.RestoreWindows(snapshot, s.now))
	s.engine = again
	s.traffic(6*time.Minute, 50, 50)
	assert.Equal(t, []string{"Rate pending (threshold)", "Rate firing (threshold)"}, s.story(), "a snapshot of the future is no hindrance")
}

func TestTimesThatNoClockShows(t *testing.T) {
	s := play(t)
	s.send(s.op(func(op *operation.Operation) { op.StartTime = -5e9 }), s.op(func(op *operation.Operation) { op.Duration = 1<<63 - 1 }))
	s.pass(time.Minute)
	assert.EqualValues(t, 2, s.engine.Stats().TooOld)
}

func TestExpectedUpToARate(t *testing.T) {
	s := play(t)
	s.traffic(2*time.Minute, 95, 5)
	key := GroupKey{"prod", "orders", "fp1:known"}
	_, err := s.engine.ChangeError(key, ErrorChange{Expected: &Expected{Reason: "declined cards", MaxRate: 0.1}}, s.now)
	require.NoError(t, err)
	s.collect()
	s.story()
	s.traffic(10*time.Minute, 92, 8)
	assert.Empty(t, s.story(), "within what is expected")
	alerts, groups := s.engine.Alerts(), s.engine.Groups()
	s.engine, err = New(*s.engine.cfg, s.now)
	require.NoError(t, err)
	s.engine.Restore(alerts, groups)
	s.traffic(6*time.Minute, 60, 40)
	assert.Equal(t, []string{"ErrorRegressed firing (expected_rate)"}, s.story())
	_, err = s.engine.ChangeError(key, ErrorChange{Reopen: true}, s.now)
	require.NoError(t, err)
	assert.Empty(t, s.engine.allowances)
}

func TestDecisionsCountOnce(t *testing.T) {
	s := play(t)
	s.send(s.op(failing("fp1:a")))
	s.pass(time.Hour)
	key := GroupKey{"prod", "orders", "fp1:a"}
	decided := s.now
	_, err := s.engine.ChangeError(key, ErrorChange{Resolve: true, By: "eve"}, decided)
	require.NoError(t, err)
	s.pass(time.Hour)
	s.story()
	s.send(s.op(failing("fp1:a")))
	assert.Equal(t, []string{"ErrorRegressed firing (regressed)"}, s.story())
	g, err := s.engine.ChangeError(key, ErrorChange{Resolve: true}, decided)
	require.NoError(t, err)
	assert.Equal(t, GroupRegressed, g.State, "the same decision from another side, after a restart say, undoes nothing")
	assert.Equal(t, "eve", g.DecidedBy)
}
