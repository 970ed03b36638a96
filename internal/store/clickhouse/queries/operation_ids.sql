SELECT operation_id
FROM {{.Table "operations"}} FINAL
WHERE {{.Where}}
ORDER BY start_time DESC, operation_id DESC
LIMIT {{.Limit}}
