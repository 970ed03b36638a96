SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND contains(o.search_text, ?)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "connection refused"}
