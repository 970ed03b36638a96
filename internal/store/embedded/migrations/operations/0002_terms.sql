-- In which minutes an id occurs: a hash of the field's name and the value, sorted, so that looking one up reads one
-- block. Filled once the day is over, and emptied by whatever is written after that; empty means unknown.
CREATE TABLE {{.Segment}}.terms (
    term UINTEGER NOT NULL,
    minute INTEGER NOT NULL
);
