SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations
WHERE start_time >= ? AND ("name" <> '' AND (NOT regexp_matches("name", ?, 'c')))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "^a"}
