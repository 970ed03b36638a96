SELECT
    e.environment AS environment, e.source_kind AS source_kind, e.source AS source, e.source_operation AS source_operation,
    e.target_kind AS target_kind, e.target AS target, e.target_operation AS target_operation, e.system AS system,
    e.inferred AS inferred, e.async AS async,
    sum(e.calls) AS calls, sum(e.errors) AS errors, sum(e.unpaired) AS unpaired, sum(e.retries) AS retries,
    sum(e.client_time) AS client_time, sum(e.server_time) AS server_time, sum(e.network_time) AS network_time,
    sumMap(e.client_durations) AS client_durations, sumMap(e.server_durations) AS server_durations,
    max(e.last_seen) AS last_seen,
    argMaxIf(e.example_operation_id, (e.errors > 0, e.last_seen), e.example_operation_id != toFixedString('', 16)) AS example_operation_id,
    sum(e.circuit_open) AS circuit_open
FROM {{.Table "edges"}} AS e FINAL
WHERE {{.Where}}
GROUP BY e.environment, e.source_kind, e.source, e.source_operation, e.target_kind, e.target, e.target_operation, e.system, e.inferred, e.async
ORDER BY e.environment, e.source_kind, e.source, e.source_operation, e.target_kind, e.target, e.target_operation, e.system, e.inferred, e.async
