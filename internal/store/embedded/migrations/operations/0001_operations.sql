-- One column for each field of the record, under its one name. Nothing is NULL: what is not known is empty or zero.
-- Times are nanoseconds since the epoch and durations nanoseconds, because TIMESTAMP is cut to microseconds. Ids of
-- 16 bytes are UUID and span ids UBIGINT (both sort as their bytes do): half of hexadecimal text, faster than BLOB.
-- Maps keep sorted keys, their values as text, and a letter for the type of each value. Lists are JSON.
CREATE TABLE {{.Segment}}.operations (
    -- Identity.
    operation_id UUID NOT NULL,
    trace_id UUID NOT NULL,
    span_id UBIGINT NOT NULL,
    parent_operation_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    complete BOOLEAN NOT NULL,
    incomplete_reason VARCHAR NOT NULL,

    -- Time.
    start_time BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    trace_duration BIGINT NOT NULL,

    -- Where.
    service_name VARCHAR NOT NULL,
    service_namespace VARCHAR NOT NULL,
    service_version VARCHAR NOT NULL,
    service_instance_id VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    host_name VARCHAR NOT NULL,
    resource STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,

    -- What.
    name VARCHAR NOT NULL,
    transport VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    route VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    kind_confidence DOUBLE NOT NULL,
    kind_evidence VARCHAR NOT NULL,
    destructive BOOLEAN NOT NULL,

    -- Who.
    user_id VARCHAR NOT NULL,
    user_type VARCHAR NOT NULL,
    tenant_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    client_address VARCHAR NOT NULL,
    user_agent VARCHAR NOT NULL,

    -- Outcome.
    status VARCHAR NOT NULL,
    status_code BIGINT NOT NULL,
    status_message VARCHAR NOT NULL,
    error_type VARCHAR NOT NULL,
    error_message VARCHAR NOT NULL,
    error_stack VARCHAR NOT NULL,
    error_fingerprint VARCHAR NOT NULL,
    error_variant VARCHAR NOT NULL,
    error_span_id UBIGINT NOT NULL,
    error_service VARCHAR NOT NULL,
    failure_class VARCHAR NOT NULL,

    -- Payload. Headers map a lower-case name to its values.
    request_headers STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,
    response_headers STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,
    request_body VARCHAR NOT NULL,
    response_body VARCHAR NOT NULL,
    request_size BIGINT NOT NULL,
    response_size BIGINT NOT NULL,
    truncated BOOLEAN NOT NULL,

    -- Roll-up of the spans under the entry span, itself included.
    span_count BIGINT NOT NULL,
    error_span_count BIGINT NOT NULL,
    db_calls BIGINT NOT NULL, db_errors BIGINT NOT NULL, db_time BIGINT NOT NULL, db_max BIGINT NOT NULL, db_critical_share DOUBLE NOT NULL,
    http_calls BIGINT NOT NULL, http_errors BIGINT NOT NULL, http_time BIGINT NOT NULL, http_max BIGINT NOT NULL, http_critical_share DOUBLE NOT NULL,
    rpc_calls BIGINT NOT NULL, rpc_errors BIGINT NOT NULL, rpc_time BIGINT NOT NULL, rpc_max BIGINT NOT NULL, rpc_critical_share DOUBLE NOT NULL,
    messaging_calls BIGINT NOT NULL, messaging_errors BIGINT NOT NULL, messaging_time BIGINT NOT NULL, messaging_max BIGINT NOT NULL, messaging_critical_share DOUBLE NOT NULL,
    cache_calls BIGINT NOT NULL, cache_errors BIGINT NOT NULL, cache_time BIGINT NOT NULL, cache_max BIGINT NOT NULL, cache_critical_share DOUBLE NOT NULL,
    file_calls BIGINT NOT NULL, file_errors BIGINT NOT NULL, file_time BIGINT NOT NULL, file_max BIGINT NOT NULL, file_critical_share DOUBLE NOT NULL,
    cache_hits BIGINT NOT NULL,
    cache_misses BIGINT NOT NULL,
    self_time BIGINT NOT NULL,
    external_time BIGINT NOT NULL,
    parallelism DOUBLE NOT NULL,
    slowest_step_name VARCHAR NOT NULL,
    slowest_step_self_time BIGINT NOT NULL,
    slowest_step_span_id UBIGINT NOT NULL,

    -- Steps.
    external VARCHAR NOT NULL,
    effects VARCHAR NOT NULL,

    -- Findings, at most 20.
    findings VARCHAR NOT NULL,

    -- Retry.
    attempt BIGINT NOT NULL,
    retry_of UUID NOT NULL,
    message_id VARCHAR NOT NULL,
    idempotency_key VARCHAR NOT NULL,
    dead_lettered BOOLEAN NOT NULL,

    -- Rest.
    attributes STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,
    scope VARCHAR NOT NULL,
    links VARCHAR NOT NULL
);
