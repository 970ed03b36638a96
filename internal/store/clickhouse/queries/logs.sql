SELECT {{.Columns}}
FROM {{.Table "logs"}} FINAL
WHERE {{.Where}}
ORDER BY time, log_id
LIMIT 1 BY log_id
LIMIT {{.Limit}}
