SELECT {{.Columns}}
FROM {{.Table "spans"}} FINAL
WHERE {{.Where}}
    AND (trace_id, span_id) {{.In}} (SELECT trace_id, span_id FROM found)
LIMIT 1 BY trace_id, span_id
