SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND start_time <= ? AND (start_time < ? OR operation_id < CAST(? AS UUID))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, 3, 3, "01000000-0000-0000-0000-000000000000"}
