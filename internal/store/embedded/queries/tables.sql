-- The tables of a file, to tell a new file, one of ours and a foreign one apart.
SELECT table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY table_name;
