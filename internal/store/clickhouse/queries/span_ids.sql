SELECT trace_id, span_id, start_time
FROM {{.Table "spans"}} FINAL
WHERE {{.Where}}
ORDER BY {{.Order}}
LIMIT 1 BY trace_id, span_id
LIMIT {{.Limit}}
