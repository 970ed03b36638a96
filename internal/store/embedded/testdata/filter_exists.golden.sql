SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND (o."error_type" <> '' AND o."retry_of" <> '00000000-0000-0000-0000-000000000000' AND o."span_id" <> 0 AND len(struct_extract(o."attributes", 'keys')) > 0 AND coalesce(list_contains(struct_extract(o."resource", 'keys'), ?), FALSE) AND TRUE)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "k'"}
