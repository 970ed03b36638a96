SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND (o."name" <> '' AND (NOT regexp_matches(o."name", ?)))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "^a"}
