-- Whose a counter is: the SHA-256 of the tenant in hex; empty where there is none.
ALTER TABLE {{.Segment}}.quality ADD COLUMN tenant_key VARCHAR DEFAULT '';
