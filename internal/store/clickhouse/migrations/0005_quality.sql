-- Counters of trace quality, by minute: deltas with an id, as edges are.
CREATE TABLE IF NOT EXISTS {{.Local "quality"}}{{.OnCluster}}
(
    quality_id       FixedString(16) CODEC(ZSTD(1)),
    minute           DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    service_name     LowCardinality(String) CODEC(ZSTD(1)),
    environment      LowCardinality(String) CODEC(ZSTD(1)),
    check_name       LowCardinality(String) CODEC(ZSTD(1)),
    subject          String CODEC(ZSTD(1)),
    total            Int64 CODEC(T64, ZSTD(1)),
    failed           Int64 CODEC(T64, ZSTD(1)),
    value            Int64 CODEC(T64, ZSTD(1)),
    example_trace_id FixedString(16) CODEC(ZSTD(1))
)
ENGINE = {{.Engine "ReplacingMergeTree"}}
PARTITION BY toDate(minute)
ORDER BY (minute, quality_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, {{.Window}};
{{- if .Cluster}}

CREATE TABLE IF NOT EXISTS {{.Table "quality"}}{{.OnCluster}} AS {{.Local "quality"}}
ENGINE = {{.Distributed "quality" "cityHash64(quality_id)"}};
{{- end}}
