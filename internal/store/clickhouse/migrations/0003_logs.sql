-- Log records of applications; the id is their identity and begins with the time.
CREATE TABLE IF NOT EXISTS {{.Local "logs"}}{{.OnCluster}}
(
    log_id           FixedString(16) CODEC(ZSTD(1)),
    time             DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    trace_id         FixedString(16) CODEC(ZSTD(1)),
    span_id          FixedString(8) CODEC(ZSTD(1)),
    severity_number  Int64 CODEC(T64, ZSTD(1)),
    severity_text    LowCardinality(String) CODEC(ZSTD(1)),
    event_name       LowCardinality(String) CODEC(ZSTD(1)),
    body             String CODEC(ZSTD(3)),
    service_name     LowCardinality(String) CODEC(ZSTD(1)),
    scope            LowCardinality(String) CODEC(ZSTD(1)),
    resource         Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    resource_types   LowCardinality(String) CODEC(ZSTD(1)),
    attributes       Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_types LowCardinality(String) CODEC(ZSTD(1))
)
ENGINE = {{.Engine "ReplacingMergeTree"}}
PARTITION BY toDate(time)
ORDER BY (trace_id, log_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, {{.Window}};
{{- if .Cluster}}

CREATE TABLE IF NOT EXISTS {{.Table "logs"}}{{.OnCluster}} AS {{.Local "logs"}}
ENGINE = {{.Distributed "logs" "cityHash64(trace_id)"}};
{{- end}}
