package opslogexporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/opslog/opslog/internal/spool"
	"github.com/opslog/opslog/internal/store"
)

// probes is how many records are tried one by one before a batch is divided. When the store refuses all of them, it
// is not about these records: the schema is not ours, or not yet. Then the batch is held.
const probes = 8

var errRefusesAll = errors.New("the database refuses every record of a batch, as when its tables are not opslog's; they are held")

// refusal is a record that the store will not take, and why.
type refusal[T any] struct {
	row *T
	err error
}

// divide writes as much of rows as the store takes, and answers the rest. An error that is no refusal ends it.
func divide[T any](ctx context.Context, rows []*T, write func(context.Context, []*T) error) ([]refusal[T], error) {
	err := write(ctx, rows)
	switch {
	case err == nil:
		return nil, nil
	case !errors.Is(err, store.ErrRefused):
		return nil, err
	case len(rows) == 1:
		return []refusal[T]{{rows[0], err}}, nil
	}
	half := len(rows) / 2
	first, err := divide(ctx, rows[:half], write)
	if err != nil {
		return nil, err
	}
	second, err := divide(ctx, rows[half:], write)
	return append(first, second...), err
}

// takesSome tells whether the store takes any of a few records from all over the batch.
func takesSome[T any](ctx context.Context, rows []*T, write func(context.Context, []*T) error) (bool, error) {
	if len(rows) < probes {
		return true, nil // too few to tell
	}
	for i := range probes {
		at := i * len(rows) / probes
		err := write(ctx, rows[at:at+1])
		if !errors.Is(err, store.ErrRefused) {
			return err == nil, err
		}
	}
	return false, nil
}

// deliver writes rows, and makes dead letters of those that the store refuses. An error means that all of them come
// again, which the store allows.
func deliver[T any](ctx context.Context, e *opslogExporter, record string, rows []*T, write func(context.Context, []*T) error) error {
	if len(rows) == 0 {
		return nil
	}
	err := write(ctx, rows)
	if !errors.Is(err, store.ErrRefused) {
		return e.written(ctx, record, len(rows), err)
	}
	some, err := takesSome(ctx, rows, write)
	if err != nil {
		return err
	}
	if !some {
		return errRefusesAll
	}
	return divideAndBury(ctx, e, record, rows, write)
}

func divideAndBury[T any](ctx context.Context, e *opslogExporter, record string, rows []*T, write func(context.Context, []*T) error) error {
	refused, err := divide(ctx, rows, write)
	if err != nil {
		return err
	}
	if err := bury(ctx, e, record, refused); err != nil {
		return err
	}
	return e.written(ctx, record, len(rows)-len(refused), nil)
}

// bury writes the dead letters. What arrives here has been redacted long before.
func bury[T any](ctx context.Context, e *opslogExporter, record string, refused []refusal[T]) error {
	now := time.Now()
	letters := make([]spool.Letter, 0, len(refused))
	reasons := map[string]int64{}
	for _, r := range refused {
		data, err := json.Marshal(r.row)
		if err != nil {
			return fmt.Errorf("write a dead letter: %w", err)
		}
		reason := store.RefusalReason(r.err)
		letters = append(letters, spool.Letter{Time: now, Record: record, Reason: reason, Error: r.err.Error(), Data: data})
		reasons[reason]++
	}
	if err := e.letters.Write(now, letters); err != nil {
		return err
	}
	for reason, n := range reasons {
		e.telemetry.ExporterOpslogDeadLetters.Add(ctx, n, metric.WithAttributes(attribute.String("record", record), attribute.String("reason", reason)))
		e.log.Warn("the database refuses records; they are kept as dead letters, see `opslog replay`",
			zap.String("record", record), zap.String("reason", reason), zap.Int64("records", n))
	}
	return nil
}
