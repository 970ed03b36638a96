SELECT {{.Columns}}
FROM {{.Table "error_days"}} FINAL
WHERE {{.Where}}
ORDER BY day, error_day_id
