-- Counters of trace quality, by minute: deltas that add up.
CREATE TABLE {{.Segment}}.quality (
    quality_id UUID NOT NULL,
    minute BIGINT NOT NULL,
    service_name VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    check_name VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    total BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    value BIGINT NOT NULL,
    example_trace_id UUID NOT NULL
);
