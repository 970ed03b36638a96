// Package cache is a read-through cache in Redis with a span that says hit or miss.
package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/extra/redisotel/v9"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
)

// Open connects to Redis at addr with tracing. The small server of the demo knows neither client names nor
// maintenance notifications.
func Open(addr string) (*redis.Client, error) {
	client := redis.NewClient(&redis.Options{Addr: addr, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}})
	if err := redisotel.InstrumentTracing(client); err != nil {
		return nil, fmt.Errorf("instrument the cache client: %w", err)
	}
	return client, nil
}

// Get answers the value under key, or loads it and stores it for ttl.
func Get[T any](ctx context.Context, client *redis.Client, key string, ttl time.Duration, load func(context.Context) (T, error)) (T, error) {
	value, hit := look[T](ctx, client, key)
	if hit {
		return value, nil
	}
	value, err := load(ctx)
	if err != nil {
		return value, err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return value, fmt.Errorf("encode the cache entry %s: %w", key, err)
	}
	if err := client.Set(ctx, key, text, ttl).Err(); err != nil {
		slog.WarnContext(ctx, "cache not filled", "key", key, "error", err)
	}
	return value, nil
}

func look[T any](ctx context.Context, client *redis.Client, key string) (value T, hit bool) {
	ctx, span := otel.Tracer("shop/cache").Start(ctx, "cache.get")
	defer func() {
		span.SetAttributes(attribute.Bool("cache.hit", hit), attribute.String("cache.key", key), attribute.String("cache.system", "redis"))
		span.End()
	}()
	text, err := client.Get(ctx, key).Bytes()
	if err != nil {
		if !errors.Is(err, redis.Nil) {
			slog.WarnContext(ctx, "cache not readable", "key", key, "error", err)
		}
		return value, false
	}
	return value, json.Unmarshal(text, &value) == nil
}
