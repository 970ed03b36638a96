SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND coalesce(CASE WHEN substr(struct_extract(o."attributes", 'types'), list_position(struct_extract(o."attributes", 'keys'), ?), 1) = 'l' THEN len(list_filter(json_extract_string(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)], '$[*]'), lambda x: (contains(x, ?)))) > 0 ELSE (contains(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)], ?)) END, FALSE)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "k'", "k'", "v'", "k'", "v'"}
