-- Errors by service and UTC day, summed up from operations; they outlive them. A file holds the days of four weeks.
CREATE TABLE {{.Segment}}.error_days (
    error_day_id UUID NOT NULL,
    day BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    service_name VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    error_fingerprint VARCHAR NOT NULL,
    error_type VARCHAR NOT NULL,
    error_message VARCHAR NOT NULL,
    failure_class VARCHAR NOT NULL,
    operations BIGINT NOT NULL,
    users BIGINT NOT NULL,
    tenants BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    first_example UUID NOT NULL,
    last_example UUID NOT NULL,
    names VARCHAR NOT NULL,
    versions VARCHAR NOT NULL
);
