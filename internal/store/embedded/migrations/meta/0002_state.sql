-- Small documents by key. There is no index on the key: they are few, and one process owns them.
CREATE TABLE {{.Segment}}.state (
    key VARCHAR NOT NULL,
    value BLOB NOT NULL,
    revision BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL
);
