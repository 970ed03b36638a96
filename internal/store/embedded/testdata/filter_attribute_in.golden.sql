SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND coalesce(CASE WHEN substr(struct_extract(o."resource", 'types'), list_position(struct_extract(o."resource", 'keys'), ?), 1) = 'l' THEN len(list_filter(json_extract_string(struct_extract(o."resource", 'vals')[list_position(struct_extract(o."resource", 'keys'), ?)], '$[*]'), lambda x: (x = ? OR CASE WHEN trim(x, '0123456789.eE+-') = '' THEN TRY_CAST(x AS DOUBLE) END = ? OR x = ?))) > 0 ELSE (struct_extract(o."resource", 'vals')[list_position(struct_extract(o."resource", 'keys'), ?)] = ? OR CASE WHEN trim(struct_extract(o."resource", 'vals')[list_position(struct_extract(o."resource", 'keys'), ?)], '0123456789.eE+-') = '' THEN TRY_CAST(struct_extract(o."resource", 'vals')[list_position(struct_extract(o."resource", 'keys'), ?)] AS DOUBLE) END = ? OR struct_extract(o."resource", 'vals')[list_position(struct_extract(o."resource", 'keys'), ?)] = ?) END, FALSE)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "k", "k", "v", 1.5, "true", "k", "v", "k", "k", 1.5, "k", "true"}
