INSERT INTO {{.Segment}}.schema_migrations (version, name) VALUES (?, ?);
