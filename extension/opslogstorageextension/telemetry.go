package opslogstorageextension

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// observe shows what the spool counts.
func (e *storageExtension) observe() error {
	letters := e.spool.DeadLetters()
	return errors.Join(
		e.telemetry.RegisterExtensionOpslogStorageSpoolDamageCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(e.spool.Damage())
			return nil
		}),
		e.telemetry.RegisterExtensionOpslogStorageDeadLetterBytesCallback(func(_ context.Context, o metric.Int64Observer) error {
			bytes, _ := letters.Stats()
			o.Observe(bytes)
			return nil
		}),
		e.telemetry.RegisterExtensionOpslogStorageDeadLettersRemovedCallback(func(_ context.Context, o metric.Int64Observer) error {
			_, removed := letters.Stats()
			o.Observe(removed)
			return nil
		}),
	)
}
