SELECT {{.Columns}}
FROM {{.Table "operations"}} FINAL
WHERE {{.Where}}
ORDER BY start_time, operation_id
LIMIT {{.Limit}}
