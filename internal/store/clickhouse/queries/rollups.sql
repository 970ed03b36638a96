SELECT
    {{.Inner}} AS minute, r.service_name AS service_name, r.environment AS environment, r.name AS name, r.kind AS kind, r.status AS status,
    sum(r.operations) AS operations, sum(r.total) AS total, max(r.longest) AS longest, sumMap(r.durations) AS durations
FROM {{.Table "rollups"}} AS r FINAL
WHERE {{.Where}}
GROUP BY {{.Inner}}, r.service_name, r.environment, r.name, r.kind, r.status
ORDER BY {{.Inner}}, r.service_name, r.environment, r.name, r.kind, r.status
