-- Says that the directory is ours. One row.
CREATE TABLE {{.Segment}}.identity (
    product VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')
);
INSERT INTO {{.Segment}}.identity (product) VALUES ('opslog');
