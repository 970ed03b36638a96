SELECT toInt64(sum(bytes_on_disk)) AS bytes
FROM {{.System "parts"}}
WHERE {{.Where}}
