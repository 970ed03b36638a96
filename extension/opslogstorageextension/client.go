package opslogstorageextension

import (
	"context"
	"errors"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/opslog/opslog/internal/spool"
)

// GetClient gives a component a table of its own on disk. An exporter's sending queue gets one that survives kills
// and a full disk during its start.
func (e *storageExtension) GetClient(_ context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	table, err := e.spool.Queue(strings.Join([]string{strings.ToLower(kind.String()), id.Type().String(), id.Name(), name}, "_"))
	if err != nil {
		return nil, err
	}
	client := &tableClient{table: table}
	if kind != component.KindExporter {
		return client, nil
	}
	return &queueClient{next: client, broken: e.stop}, nil
}

// stop ends the process, with the reason. The collector reads the reason only when all is started.
func (e *storageExtension) stop(err error) {
	go componentstatus.ReportStatus(e.host, componentstatus.NewFatalErrorEvent(err))
}

// tableClient is a table in the collector's terms.
type tableClient struct{ table *spool.Table }

var kinds = map[storage.OpType]spool.Kind{storage.Get: spool.Get, storage.Set: spool.Set, storage.Delete: spool.Delete}

func (c *tableClient) Batch(_ context.Context, ops ...*storage.Operation) error {
	batch := make([]*spool.Op, len(ops))
	for i, op := range ops {
		batch[i] = &spool.Op{Kind: kinds[op.Type], Key: op.Key, Value: op.Value}
	}
	if err := c.table.Batch(batch...); err != nil {
		if errors.Is(err, spool.ErrFull) {
			return errors.Join(storage.ErrStorageFull, err)
		}
		return err
	}
	for i, op := range ops {
		if op.Type == storage.Get {
			op.Value = batch[i].Value
		}
	}
	return nil
}

func (c *tableClient) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

func (c *tableClient) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

func (c *tableClient) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

func (c *tableClient) Close(context.Context) error { return c.table.Close() }
