-- Calls that a circuit breaker stopped.
ALTER TABLE {{.Segment}}.edges ADD COLUMN circuit_open BIGINT DEFAULT 0;
