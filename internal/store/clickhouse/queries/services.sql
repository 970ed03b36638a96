SELECT
    service_name AS name,
    toInt64(count()) AS operations,
    toInt64(countIf(status = 'error')) AS errors,
    max(start_time) AS last_seen
FROM {{.Table "operations"}} FINAL
WHERE {{.Where}}
GROUP BY service_name
ORDER BY service_name
