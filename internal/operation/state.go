package operation

// States of a command, as one attempt at it tells.
const (
	CommandSucceeded    = "succeeded"
	CommandRetried      = "succeeded_after_retries"
	CommandFailed       = "failed" // a later attempt may still succeed
	CommandDeadLettered = "dead_lettered"
	CommandUnknown      = "unknown" // the record is not complete
)

// CommandState says how far the command came with this attempt. It is made of other fields and kept nowhere; the
// query language knows it as command.state and asks the stores for those fields.
func (op *Operation) CommandState() string {
	switch {
	case op.DeadLettered:
		return CommandDeadLettered
	case op.Status == StatusError:
		return CommandFailed
	case !op.Complete:
		return CommandUnknown
	case op.Attempt > 1 || !op.RetryOf.IsZero():
		return CommandRetried
	default:
		return CommandSucceeded
	}
}
