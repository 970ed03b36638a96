SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations
WHERE start_time >= ? AND ("name" <> '' AND ("name" LIKE ? ESCAPE '\'))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "50\\%\\_\\\\%_"}
