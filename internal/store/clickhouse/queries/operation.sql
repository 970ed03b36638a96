SELECT {{.Columns}}
FROM {{.Table "operations"}} FINAL
WHERE {{.Where}}
