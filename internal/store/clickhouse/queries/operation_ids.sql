SELECT operation_id
FROM {{.Table "operations"}} FINAL
WHERE {{.Where}}
ORDER BY {{.Order}}
LIMIT {{.Limit}}
