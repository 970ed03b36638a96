-- Whose an edge is: the SHA-256 of the tenant in hex; empty where there is none.
ALTER TABLE {{.Segment}}.edges ADD COLUMN tenant_key VARCHAR DEFAULT '';
