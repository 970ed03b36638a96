-- The spans kept behind the operations, in the same forms. Events and links are JSON.
CREATE TABLE {{.Segment}}.spans (
    trace_id UUID NOT NULL,
    span_id UBIGINT NOT NULL,
    parent_span_id UBIGINT NOT NULL,
    trace_state VARCHAR NOT NULL,
    flags BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    start_time BIGINT NOT NULL,
    duration BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    status_message VARCHAR NOT NULL,
    service_name VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    resource STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,
    attributes STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,
    events VARCHAR NOT NULL,
    links VARCHAR NOT NULL
);
