SELECT toInt64(count()) AS operations, min(start_time) AS oldest, max(start_time) AS newest
FROM {{.Table "operations"}} FINAL
