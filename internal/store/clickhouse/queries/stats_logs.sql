SELECT toInt64(count()) AS logs
FROM {{.Table "logs"}} FINAL
