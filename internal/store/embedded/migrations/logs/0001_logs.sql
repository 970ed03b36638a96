-- The applications' log records, in the same forms.
CREATE TABLE {{.Segment}}.logs (
    log_id UUID NOT NULL,
    time BIGINT NOT NULL,
    trace_id UUID NOT NULL,
    span_id UBIGINT NOT NULL,
    severity_number BIGINT NOT NULL,
    severity_text VARCHAR NOT NULL,
    event_name VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    service_name VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    resource STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL,
    attributes STRUCT(keys VARCHAR[], vals VARCHAR[], types VARCHAR) NOT NULL
);
