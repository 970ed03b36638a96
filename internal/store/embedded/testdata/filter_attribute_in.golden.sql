SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations
WHERE start_time >= ? AND coalesce(CASE WHEN substr(struct_extract("resource", 'types'), list_position(struct_extract("resource", 'keys'), ?), 1) = 'l' THEN len(list_filter(json_extract_string(struct_extract("resource", 'vals')[list_position(struct_extract("resource", 'keys'), ?)], '$[*]'), lambda x: (x = ? OR TRY_CAST(x AS DOUBLE) = ? OR x = ?))) > 0 ELSE (struct_extract("resource", 'vals')[list_position(struct_extract("resource", 'keys'), ?)] = ? OR TRY_CAST(struct_extract("resource", 'vals')[list_position(struct_extract("resource", 'keys'), ?)] AS DOUBLE) = ? OR struct_extract("resource", 'vals')[list_position(struct_extract("resource", 'keys'), ?)] = ?) END, FALSE)
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "k", "k", "v", 1.5, "true", "k", "v", "k", 1.5, "k", "true"}
