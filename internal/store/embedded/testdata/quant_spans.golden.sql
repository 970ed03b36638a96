SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND (EXISTS (SELECT 1 FROM (SELECT * FROM spans_20260102.spans UNION ALL BY NAME SELECT * FROM spans_20260103.spans) AS s
  WHERE s.trace_id = o.trace_id AND s.service_name = o.service_name
    AND s.start_time - o.start_time BETWEEN 0 AND o.duration AND coalesce(len(list_filter(json_extract(nullif(s.events, ''), '$[*]'), lambda e: (json_extract_string(e, '$.name') = ?))) > 0, FALSE)) OR (EXISTS (SELECT 1 FROM (SELECT * FROM spans_20260102.spans UNION ALL BY NAME SELECT * FROM spans_20260103.spans) AS s
  WHERE s.trace_id = o.trace_id AND s.service_name = o.service_name
    AND s.start_time - o.start_time BETWEEN 0 AND o.duration) AND NOT EXISTS (SELECT 1 FROM (SELECT * FROM spans_20260102.spans UNION ALL BY NAME SELECT * FROM spans_20260103.spans) AS s
  WHERE s.trace_id = o.trace_id AND s.service_name = o.service_name
    AND s.start_time - o.start_time BETWEEN 0 AND o.duration AND NOT (coalesce(CASE WHEN substr(struct_extract(s."attributes", 'types'), list_position(struct_extract(s."attributes", 'keys'), ?), 1) = 'l' THEN len(list_filter(json_extract_string(struct_extract(s."attributes", 'vals')[list_position(struct_extract(s."attributes", 'keys'), ?)], '$[*]'), lambda x: (x = ?))) > 0 ELSE (struct_extract(s."attributes", 'vals')[list_position(struct_extract(s."attributes", 'keys'), ?)] = ?) END, FALSE)))))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "exception", "k", "k", "v", "k", "v"}
