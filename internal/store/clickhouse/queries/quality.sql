SELECT
    q.service_name AS service_name, q.environment AS environment, q.check_name AS check_name, q.subject AS subject,
    sum(q.total) AS total, sum(q.failed) AS failed, sum(q.value) AS value,
    minIf(q.minute, q.failed > 0) AS first_failed, maxIf(q.minute, q.failed > 0) AS last_failed,
    argMaxIf(q.example_trace_id, q.minute, q.example_trace_id != toFixedString('', 16)) AS example_trace_id
FROM {{.Table "quality"}} AS q FINAL
WHERE {{.Where}}
GROUP BY q.service_name, q.environment, q.check_name, q.subject
ORDER BY q.service_name, q.environment, q.check_name, q.subject
