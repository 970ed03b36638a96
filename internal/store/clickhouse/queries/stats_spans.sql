SELECT toInt64(count()) AS spans
FROM {{.Table "spans"}} FINAL
