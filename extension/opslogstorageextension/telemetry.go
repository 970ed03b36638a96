package opslogstorageextension

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
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
		e.observeErasures(),
		e.observeArchive(),
	)
}

// observeErasures tells how many there are and how much went; never whose.
func (e *storageExtension) observeErasures() error {
	return errors.Join(
		e.telemetry.RegisterExtensionOpslogStorageErasuresCallback(func(_ context.Context, o metric.Int64Observer) error {
			for state, n := range e.erasures.Stats().States {
				o.Observe(int64(n), metric.WithAttributes(attribute.String("state", state)))
			}
			return nil
		}),
		e.telemetry.RegisterExtensionOpslogStorageErasedRecordsCallback(func(_ context.Context, o metric.Int64Observer) error {
			r := e.erasures.Stats().Erased
			for kind, n := range map[string]int64{
				"operation": r.Records.Operations, "span": r.Records.Spans, "log_record": r.Records.Logs, "error_text": r.Records.ErrorTexts,
				"state": int64(r.State), "queue": int64(r.Waiting.Queue), "journal": int64(r.Waiting.Journal),
				"dead_letter": int64(r.Waiting.DeadLetters), "damaged_file": int64(r.Waiting.Damaged), "archive_key": int64(r.ArchiveKeys),
			} {
				o.Observe(n, metric.WithAttributes(attribute.String("erased", kind)))
			}
			return nil
		}),
	)
}

// observeArchive shows nothing where there is no archive.
func (e *storageExtension) observeArchive() error {
	if e.archive == nil {
		return nil
	}
	stats := e.archive.writer.Stats
	return errors.Join(
		e.telemetry.RegisterExtensionOpslogStorageArchiveEntriesCallback(func(_ context.Context, o metric.Int64Observer) error {
			s := stats()
			for outcome, n := range map[string]int64{"kept": s.Entries, "duplicate": s.Duplicates, "dropped": s.Dropped} {
				o.Observe(n, metric.WithAttributes(attribute.String("outcome", outcome)))
			}
			return nil
		}),
		e.telemetry.RegisterExtensionOpslogStorageArchiveBytesCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(stats().Bytes)
			return nil
		}),
		e.telemetry.RegisterExtensionOpslogStorageArchiveFailuresCallback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(stats().Failures)
			return nil
		}),
		e.telemetry.RegisterExtensionOpslogStorageArchiveLastCheckpointCallback(func(_ context.Context, o metric.Int64Observer) error {
			if at := stats().Signed; !at.IsZero() {
				o.Observe(at.Unix())
			}
			return nil
		}),
	)
}
