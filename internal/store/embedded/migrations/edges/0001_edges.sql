-- Calls along the edges of the service graph, by minute. A row is a delta: those of one edge add up. A histogram is
-- the buckets floor(8*log2(ns)) with their counts.
CREATE TABLE {{.Segment}}.edges (
    edge_id UUID NOT NULL,
    minute BIGINT NOT NULL,
    environment VARCHAR NOT NULL,
    source_kind VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    source_operation VARCHAR NOT NULL,
    target_kind VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    target_operation VARCHAR NOT NULL,
    system VARCHAR NOT NULL,
    inferred BOOLEAN NOT NULL,
    async BOOLEAN NOT NULL,
    calls BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    unpaired BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    client_time BIGINT NOT NULL,
    server_time BIGINT NOT NULL,
    network_time BIGINT NOT NULL,
    client_durations STRUCT(buckets BIGINT[], counts BIGINT[]) NOT NULL,
    server_durations STRUCT(buckets BIGINT[], counts BIGINT[]) NOT NULL,
    last_seen BIGINT NOT NULL,
    example_operation_id UUID NOT NULL
);
