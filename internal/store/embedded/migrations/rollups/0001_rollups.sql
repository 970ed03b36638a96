-- Operations by minute and name, summed up from operations; they outlive them. A file holds the minutes of one week.
CREATE TABLE {{.Segment}}.rollups (
    rollup_id UUID NOT NULL,
    minute BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    service_name VARCHAR NOT NULL,
    environment VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    operations BIGINT NOT NULL,
    total BIGINT NOT NULL,
    longest BIGINT NOT NULL,
    durations STRUCT(buckets BIGINT[], counts BIGINT[]) NOT NULL
);
