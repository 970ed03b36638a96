-- Operations by minute and name, summed up from operations; they outlive them. The highest revision counts.
-- The histogram maps the bucket floor(8*log2(ns)) of durations to a count.
CREATE TABLE IF NOT EXISTS {{.Local "rollups"}}{{.OnCluster}}
(
    rollup_id    FixedString(16) CODEC(ZSTD(1)),
    minute       DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    revision     Int64 CODEC(ZSTD(1)),
    service_name LowCardinality(String) CODEC(ZSTD(1)),
    environment  LowCardinality(String) CODEC(ZSTD(1)),
    name         LowCardinality(String) CODEC(ZSTD(1)),
    kind         LowCardinality(String) CODEC(ZSTD(1)),
    status       LowCardinality(String) CODEC(ZSTD(1)),
    operations   Int64 CODEC(T64, ZSTD(1)),
    total        Int64 CODEC(T64, ZSTD(1)),
    longest      Int64 CODEC(T64, ZSTD(1)),
    durations    Map(Int16, Int64) CODEC(ZSTD(1))
)
ENGINE = {{.Engine "ReplacingMergeTree" "revision"}}
PARTITION BY toYYYYMM(minute)
ORDER BY (minute, rollup_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, {{.Window}};
{{- if .Cluster}}

CREATE TABLE IF NOT EXISTS {{.Table "rollups"}}{{.OnCluster}} AS {{.Local "rollups"}}
ENGINE = {{.Distributed "rollups" "cityHash64(rollup_id)"}};
{{- end}}
