SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND coalesce(CASE WHEN substr(struct_extract(o."attributes", 'types'), list_position(struct_extract(o."attributes", 'keys'), ?), 1) = 'l' THEN len(list_filter(json_extract_string(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)], '$[*]'), lambda x: (CASE WHEN trim(x, '0123456789.eE+-') = '' THEN TRY_CAST(x AS DOUBLE) END >= ?))) > 0 ELSE (CASE WHEN trim(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)], '0123456789.eE+-') = '' THEN TRY_CAST(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)] AS DOUBLE) END >= ?) END, FALSE)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "k", "k", 1.5, "k", "k", 1.5}
