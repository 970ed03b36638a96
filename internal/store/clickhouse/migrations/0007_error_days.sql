-- Errors by service and UTC day, summed up from operations; they outlive them. The highest revision counts.
CREATE TABLE IF NOT EXISTS {{.Local "error_days"}}{{.OnCluster}}
(
    error_day_id      FixedString(16) CODEC(ZSTD(1)),
    day               DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    revision          Int64 CODEC(ZSTD(1)),
    service_name      LowCardinality(String) CODEC(ZSTD(1)),
    environment       LowCardinality(String) CODEC(ZSTD(1)),
    error_fingerprint LowCardinality(String) CODEC(ZSTD(1)),
    error_type        LowCardinality(String) CODEC(ZSTD(1)),
    error_message     String CODEC(ZSTD(3)),
    failure_class     LowCardinality(String) CODEC(ZSTD(1)),
    operations        Int64 CODEC(T64, ZSTD(1)),
    users             Int64 CODEC(T64, ZSTD(1)),
    tenants           Int64 CODEC(T64, ZSTD(1)),
    first_seen        DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    last_seen         DateTime64(9, 'UTC') CODEC(ZSTD(1)),
    first_example     FixedString(16) CODEC(ZSTD(1)),
    last_example      FixedString(16) CODEC(ZSTD(1)),
    names             String CODEC(ZSTD(3)),
    versions          String CODEC(ZSTD(3))
)
ENGINE = {{.Engine "ReplacingMergeTree" "revision"}}
PARTITION BY toYYYYMM(day)
ORDER BY (day, error_day_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, {{.Window}};
{{- if .Cluster}}

CREATE TABLE IF NOT EXISTS {{.Table "error_days"}}{{.OnCluster}} AS {{.Local "error_days"}}
ENGINE = {{.Distributed "error_days" "cityHash64(error_day_id)"}};
{{- end}}
