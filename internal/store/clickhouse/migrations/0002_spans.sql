-- Raw spans as far as they are kept; trace and span id are the identity.
CREATE TABLE IF NOT EXISTS {{.Local "spans"}}{{.OnCluster}}
(
    trace_id         FixedString(16) CODEC(ZSTD(1)),
    span_id          FixedString(8) CODEC(NONE),
    parent_span_id   FixedString(8) CODEC(ZSTD(1)),
    trace_state      LowCardinality(String) CODEC(ZSTD(1)),
    flags            UInt32 CODEC(ZSTD(1)),
    name             LowCardinality(String) CODEC(ZSTD(1)),
    kind             LowCardinality(String) CODEC(ZSTD(1)),
    start_time       DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    duration         Int64 CODEC(T64, ZSTD(1)),
    status           LowCardinality(String) CODEC(ZSTD(1)),
    status_message   String CODEC(ZSTD(1)),
    service_name     LowCardinality(String) CODEC(ZSTD(1)),
    scope            LowCardinality(String) CODEC(ZSTD(1)),
    resource         Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_types   LowCardinality(String) CODEC(ZSTD(1)),
    attributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_types LowCardinality(String) CODEC(ZSTD(1)),
    events           String CODEC(ZSTD(3)),
    links            String CODEC(ZSTD(3))
)
ENGINE = {{.Engine "ReplacingMergeTree"}}
PARTITION BY toDate(start_time)
ORDER BY (trace_id, span_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, {{.Window}};
{{- if .Cluster}}

CREATE TABLE IF NOT EXISTS {{.Table "spans"}}{{.OnCluster}} AS {{.Local "spans"}}
ENGINE = {{.Distributed "spans" "cityHash64(trace_id)"}};
{{- end}}
