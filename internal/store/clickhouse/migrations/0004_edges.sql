-- Calls along the edges of the service graph, by minute. A row is a delta: those of one edge add up.
-- The id is made by whoever emits the row and begins with the minute; a row delivered twice is one row.
-- A histogram maps the bucket floor(8*log2(ns)) to a count.
CREATE TABLE IF NOT EXISTS {{.Local "edges"}}{{.OnCluster}}
(
    edge_id              FixedString(16) CODEC(ZSTD(1)),
    minute               DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    environment          LowCardinality(String) CODEC(ZSTD(1)),
    source_kind          LowCardinality(String) CODEC(ZSTD(1)),
    source               LowCardinality(String) CODEC(ZSTD(1)),
    source_operation     LowCardinality(String) CODEC(ZSTD(1)),
    target_kind          LowCardinality(String) CODEC(ZSTD(1)),
    target               String CODEC(ZSTD(1)),
    target_operation     LowCardinality(String) CODEC(ZSTD(1)),
    system               LowCardinality(String) CODEC(ZSTD(1)),
    inferred             Bool CODEC(ZSTD(1)),
    async                Bool CODEC(ZSTD(1)),
    calls                Int64 CODEC(T64, ZSTD(1)),
    errors               Int64 CODEC(T64, ZSTD(1)),
    unpaired             Int64 CODEC(T64, ZSTD(1)),
    retries              Int64 CODEC(T64, ZSTD(1)),
    client_time          Int64 CODEC(T64, ZSTD(1)),
    server_time          Int64 CODEC(T64, ZSTD(1)),
    network_time         Int64 CODEC(T64, ZSTD(1)),
    client_durations     Map(Int16, Int64) CODEC(ZSTD(1)),
    server_durations     Map(Int16, Int64) CODEC(ZSTD(1)),
    last_seen            DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
    example_operation_id FixedString(16) CODEC(ZSTD(1))
)
ENGINE = {{.Engine "ReplacingMergeTree"}}
PARTITION BY toDate(minute)
ORDER BY (minute, edge_id)
SETTINGS ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1, {{.Window}};
{{- if .Cluster}}

CREATE TABLE IF NOT EXISTS {{.Table "edges"}}{{.OnCluster}} AS {{.Local "edges"}}
ENGINE = {{.Distributed "edges" "cityHash64(edge_id)"}};
{{- end}}
