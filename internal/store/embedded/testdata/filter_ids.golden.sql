SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND ((o."trace_id" <> '00000000-0000-0000-0000-000000000000' AND (o."trace_id" = CAST(? AS UUID))) AND (o."span_id" <> 0 AND (o."span_id" <> CAST(? AS UBIGINT))))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "ff000000-0000-0000-0000-000000000000", "18374686479671623680"}
