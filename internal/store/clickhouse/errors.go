package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/opslog/opslog/internal/store"
)

// verdict is what an error of the database means for the caller.
type verdict int

const (
	refused   verdict = iota // the same call will fail again: a value or a query that the server does not take
	busy                     // the server has answered, and may do better later
	gone                     // the server or its tables cannot be reached; the connector looks after it
	cancelled                // the caller has given up
)

// refusals are the answers that say something about the call. All others can change without it, so they are
// worth a retry: records are held rather than dropped.
var refusals = []proto.Error{
	proto.ErrCannotParseInputAssertionFailed, proto.ErrBadArguments, proto.ErrCannotParseDatetime, proto.ErrIllegalTypeOfArgument,
	proto.ErrIllegalColumn, proto.ErrUnknownIdentifier, proto.ErrTypeMismatch, proto.ErrSyntaxError, proto.ErrCannotConvertType,
	proto.ErrCannotParseNumber, proto.ErrIncorrectData, proto.ErrTooLargeStringSize, proto.ErrTooManyRows, proto.ErrTooManyBytes,
	proto.ErrTooManyRowsOrBytes, proto.ErrValueIsOutOfRangeOfDataType, proto.ErrNoCommonType, proto.ErrCannotCompileRegexp,
	proto.ErrUnknownQueryParameter, proto.ErrBadQueryParameter, proto.ErrViolatedConstraint,
}

// excessive tells the answer to a question that takes more than its limits allow, not more than the server has.
func excessive(err error) bool {
	if exception, ok := ch.AsException(err); ok && exception.Code == proto.ErrMemoryLimitExceeded {
		return strings.Contains(strings.ToLower(exception.Message), "query memory limit") || strings.Contains(exception.Message, "(for query)")
	}
	return ch.IsErr(err, proto.ErrTooManyRows, proto.ErrTooManyBytes, proto.ErrTooManyRowsOrBytes)
}

// reasons of refusals; all others are of type or other.
var reasons = map[proto.Error]string{
	proto.ErrTooLargeStringSize: store.RefusedSize, proto.ErrTooManyRows: store.RefusedSize, proto.ErrTooManyBytes: store.RefusedSize,
	proto.ErrTooManyRowsOrBytes: store.RefusedSize, proto.ErrViolatedConstraint: store.RefusedConstraint,
	proto.ErrIllegalColumn: store.RefusedOther, proto.ErrUnknownIdentifier: store.RefusedOther, proto.ErrSyntaxError: store.RefusedOther,
	proto.ErrBadArguments: store.RefusedOther,
}

// refusal marks an answer that is about the call.
func refusal(err error) error {
	exception, ok := ch.AsException(err)
	if !ok {
		return &store.Refusal{Reason: store.RefusedEncoding, Err: err}
	}
	reason, ok := reasons[exception.Code]
	if !ok {
		reason = store.RefusedType
	}
	return &store.Refusal{Reason: reason, Err: shorten(err)}
}

// errEncoding marks a record that cannot be written in the server's form.
var errEncoding = errors.New("encode")

// absences are the answers of a server that is not, or not any more, set up for us.
var absences = []proto.Error{
	proto.ErrUnknownTable, proto.ErrUnknownDatabase, proto.ErrNoSuchColumnInTable, proto.ErrAuthenticationFailed, proto.ErrAccessDenied,
	proto.ErrUnknownUser, proto.ErrWrongPassword, proto.ErrRequiredPassword,
}

// judge is the one place that decides what an error means.
func judge(ctx context.Context, err error) verdict {
	switch {
	case ctx.Err() != nil:
		return cancelled
	case ch.IsErr(err, refusals...), errors.Is(err, errEncoding):
		return refused
	case ch.IsErr(err, absences...):
		return gone
	case ch.IsException(err):
		return busy
	default:
		return gone
	}
}

// explain makes the error that a caller of the store sees. doing is what was tried, such as "write operations".
func explain(ctx context.Context, doing string, err error) error {
	if ctx.Err() == nil && excessive(err) {
		return fmt.Errorf("%s: %w: %w", doing, store.ErrTooExpensive, shorten(err))
	}
	switch judge(ctx, err) {
	case cancelled:
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	case refused:
		return fmt.Errorf("%s: %w", doing, refusal(err))
	default:
		return fmt.Errorf("%s: %w: %w", doing, store.ErrUnavailable, shorten(err))
	}
}

// shorten keeps the server's sentence and drops its version, stack and the layers of the driver.
func shorten(err error) error {
	if exception, ok := ch.AsException(err); ok {
		text, _, _ := strings.Cut(strings.TrimPrefix(exception.Message, exception.Name+": "), "\n")
		const limit = 500 // the server may repeat a long query
		if len(text) > limit {
			text = text[:limit] + "…"
		}
		return errors.New(fmt.Sprint("clickhouse answers ", exception.Code, ": ", text))
	}
	if errors.Is(err, net.ErrClosed) {
		return errors.New("the connection is closed")
	}
	return err
}
