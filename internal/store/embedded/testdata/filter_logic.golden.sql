SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND (((o."status" <> '' AND (lower(o."status") = lower(?))) AND ((o."duration" > ?))) OR NOT (((o."duration" > ?))))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "ERROR", 1000000000, 1000000000}
