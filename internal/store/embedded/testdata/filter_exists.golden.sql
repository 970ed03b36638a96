SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations
WHERE start_time >= ? AND ("error_type" <> '' AND "retry_of" <> '00000000-0000-0000-0000-000000000000' AND "span_id" <> 0 AND len(struct_extract("attributes", 'keys')) > 0 AND list_contains(struct_extract("resource", 'keys'), ?) AND TRUE)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "k'"}
