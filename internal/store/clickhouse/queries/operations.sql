SELECT {{.Columns}}
FROM {{.Table "operations"}} FINAL
WHERE operation_id {{.In}} (SELECT operation_id FROM found)
ORDER BY start_time DESC, operation_id DESC
