SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations
WHERE start_time >= ? AND ((("status" <> '' AND (lower("status") = lower(?))) AND ("duration" > ?)) OR NOT (("duration" > ?)))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "ERROR", 1000000000, 1000000000}
