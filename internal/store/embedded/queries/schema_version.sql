SELECT coalesce(max(version), 0) FROM {{.Segment}}.schema_migrations;
