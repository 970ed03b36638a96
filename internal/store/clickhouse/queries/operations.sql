SELECT {{.Columns}}
FROM {{.Table "operations"}} FINAL
WHERE operation_id {{.In}} (
    SELECT operation_id
    FROM {{.Table "operations"}} FINAL
    WHERE {{.Where}}
    ORDER BY start_time DESC, operation_id DESC
    LIMIT {{.Limit}}
)
ORDER BY start_time DESC, operation_id DESC
