package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// claimSeconds is after how long the claim of a process that died counts for nothing. When it only was slow, two
// processes run the same statements, which is safe.
const claimSeconds = 15

var errClaimed = errors.New("another process is changing the schema")

// claimed runs change while no other process does. The claim is a table: making one is atomic.
func (b *Backend) claimed(ctx context.Context, change func() error) error {
	claim := b.layout.Table("schema_claim")
	create := "CREATE TABLE " + claim + b.layout.OnCluster() + " (holder UInt8) ENGINE = Memory"
	err := b.exec(ctx, create)
	if ch.IsErr(err, proto.ErrTableAlreadyExists) {
		return b.expire(ctx, claimSeconds)
	}
	if err != nil {
		return fmt.Errorf("claim the schema: %w", err)
	}
	err = change()
	return errors.Join(err, b.exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+claim+b.layout.OnCluster()+" SYNC"))
}

// expire drops a claim that is older than some seconds, for the next attempt.
func (b *Backend) expire(ctx context.Context, seconds int) error {
	var p params
	old, err := b.texts(ctx, "SELECT name FROM system.tables WHERE database = "+p.text(b.cfg.Database)+
		" AND name = 'schema_claim' AND metadata_modification_time <= now() - "+strconv.Itoa(seconds), p)
	if err != nil || len(old) == 0 {
		return errors.Join(err, errClaimed)
	}
	return errors.Join(errClaimed, b.exec(ctx, "DROP TABLE IF EXISTS "+b.layout.Table("schema_claim")+b.layout.OnCluster()+" SYNC"))
}
