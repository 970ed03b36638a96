SELECT {{.Columns}}
FROM {{.Table "spans"}} FINAL
WHERE {{.Where}}
ORDER BY start_time, span_id
LIMIT 1 BY trace_id, span_id
LIMIT {{.Limit}}
