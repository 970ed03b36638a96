package tenant

import (
	"context"
	"strings"

	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/store"
)

// Prefix begins the keys of what a tenant keeps. Nobody's is the beginning of another's. ClickHouse's row policies make the
// same of a name: see deploy/clickhouse.
func Prefix(name string) string { return "tenants/" + operation.TenantKey(name) + "/" }

// GetState reads what the tenant keeps under the key. What the platform keeps there, and other tenants, it does not see:
// alerts, reviews and decisions are the platform's.
func (b backend) GetState(ctx context.Context, key string) (store.Entry, error) {
	name, err := of(ctx)
	if err != nil {
		return store.Entry{}, err
	}
	e, err := b.next.GetState(ctx, Prefix(name)+key)
	return stripped(e, name), err
}

// ListState lists what the tenant keeps.
func (b backend) ListState(ctx context.Context, q store.StateQuery) ([]store.Entry, error) {
	name, err := of(ctx)
	if err != nil {
		return nil, err
	}
	q.Prefix, q.After = Prefix(name)+q.Prefix, Prefix(name)+q.After
	entries, err := b.next.ListState(ctx, q)
	for i, e := range entries {
		entries[i] = stripped(e, name)
	}
	return entries, err
}

// PutState keeps an entry for the tenant.
func (b backend) PutState(ctx context.Context, key string, value []byte, expected int64) (store.Entry, error) {
	name, err := of(ctx)
	if err != nil {
		return store.Entry{}, err
	}
	e, err := b.next.PutState(ctx, Prefix(name)+key, value, expected)
	return stripped(e, name), err
}

// DeleteState deletes an entry of the tenant.
func (b backend) DeleteState(ctx context.Context, key string, expected int64) error {
	name, err := of(ctx)
	if err != nil {
		return err
	}
	return b.next.DeleteState(ctx, Prefix(name)+key, expected)
}

func stripped(e store.Entry, name string) store.Entry {
	e.Key = strings.TrimPrefix(e.Key, Prefix(name))
	return e
}
