-- Which words, attributes and ids occur in a block of operations: parts of Bloom filters (see the package bloom), for
-- blocks of one slot of ten minutes. All blocks of a slot are here or none; none means unknown. A write to a slot
-- removes them, and the owner makes them again.
CREATE TABLE {{.Segment}}.filters (
    slot INTEGER NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    part UTINYINT NOT NULL,
    bits BLOB NOT NULL
);
