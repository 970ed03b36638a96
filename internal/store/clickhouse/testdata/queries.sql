-- aggregate.sql
SELECT operation_id, name
FROM
(
    SELECT x AS c0
    FROM `opslog`.`operations` FINAL
    WHERE a
    AND b
    GROUP BY x
) AS found
WHERE c0 > 1
ORDER BY c0 DESC
LIMIT {p0:Int64}

-- edges.sql
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
FROM `opslog`.`edges` AS e FINAL
WHERE a
    AND b
GROUP BY e.environment, e.source_kind, e.source, e.source_operation, e.target_kind, e.target, e.target_operation, e.system, e.inferred, e.async
ORDER BY e.environment, e.source_kind, e.source, e.source_operation, e.target_kind, e.target, e.target_operation, e.system, e.inferred, e.async

-- error_days.sql
SELECT operation_id, name
FROM `opslog`.`error_days` FINAL
WHERE a
    AND b
ORDER BY day, error_day_id

-- listed_spans.sql
SELECT operation_id, name
FROM `opslog`.`spans` FINAL
WHERE a
    AND b
    AND (trace_id, span_id) IN (SELECT trace_id, span_id FROM found)
LIMIT 1 BY trace_id, span_id

-- logs.sql
SELECT operation_id, name
FROM `opslog`.`logs` FINAL
WHERE a
    AND b
ORDER BY time, log_id
LIMIT 1 BY log_id
LIMIT {p0:Int64}

-- operation.sql
SELECT operation_id, name
FROM `opslog`.`operations` FINAL
WHERE a
    AND b

-- operation_ids.sql
SELECT operation_id
FROM `opslog`.`operations` FINAL
WHERE a
    AND b
ORDER BY c0 DESC
LIMIT {p0:Int64}

-- operations.sql
SELECT operation_id, name
FROM `opslog`.`operations` FINAL
WHERE operation_id IN (SELECT operation_id FROM found)
ORDER BY start_time DESC, operation_id DESC

-- quality.sql
SELECT
    q.service_name AS service_name, q.environment AS environment, q.check_name AS check_name, q.subject AS subject,
    sum(q.total) AS total, sum(q.failed) AS failed, sum(q.value) AS value,
    minIf(q.minute, q.failed > 0) AS first_failed, maxIf(q.minute, q.failed > 0) AS last_failed,
    argMaxIf(q.example_trace_id, q.minute, q.example_trace_id != toFixedString('', 16)) AS example_trace_id
FROM `opslog`.`quality` AS q FINAL
WHERE a
    AND b
GROUP BY q.service_name, q.environment, q.check_name, q.subject
ORDER BY q.service_name, q.environment, q.check_name, q.subject

-- rollups.sql
SELECT
    x AS c0 AS minute, r.service_name AS service_name, r.environment AS environment, r.name AS name, r.kind AS kind, r.status AS status,
    sum(r.operations) AS operations, sum(r.total) AS total, max(r.longest) AS longest, sumMap(r.durations) AS durations
FROM `opslog`.`rollups` AS r FINAL
WHERE a
    AND b
GROUP BY x AS c0, r.service_name, r.environment, r.name, r.kind, r.status
ORDER BY x AS c0, r.service_name, r.environment, r.name, r.kind, r.status

-- services.sql
SELECT
    service_name AS name,
    toInt64(count()) AS operations,
    toInt64(countIf(status = 'error')) AS errors,
    max(start_time) AS last_seen
FROM `opslog`.`operations` FINAL
WHERE a
    AND b
GROUP BY service_name
ORDER BY service_name

-- span_ids.sql
SELECT trace_id, span_id, start_time
FROM `opslog`.`spans` FINAL
WHERE a
    AND b
ORDER BY c0 DESC
LIMIT 1 BY trace_id, span_id
LIMIT {p0:Int64}

-- spans.sql
SELECT operation_id, name
FROM `opslog`.`spans` FINAL
WHERE a
    AND b
ORDER BY start_time, span_id
LIMIT 1 BY trace_id, span_id
LIMIT {p0:Int64}

-- state_get.sql
SELECT operation_id, name
FROM `opslog`.`state`
WHERE a
    AND b
ORDER BY revision DESC
LIMIT {p0:Int64}

-- state_list.sql
SELECT operation_id, name
FROM (
    SELECT operation_id, name
    FROM `opslog`.`state`
    WHERE a
    AND b
    ORDER BY key, revision DESC
    LIMIT 1 BY key
)
WHERE NOT deleted
ORDER BY key
LIMIT {p0:Int64}

-- stats.sql
SELECT toInt64(count()) AS operations, min(start_time) AS oldest, max(start_time) AS newest
FROM `opslog`.`operations` FINAL

-- stats_bytes.sql
SELECT toInt64(sum(bytes_on_disk)) AS bytes
FROM system.parts
WHERE a
    AND b

-- stats_logs.sql
SELECT toInt64(count()) AS logs
FROM `opslog`.`logs` FINAL

-- stats_spans.sql
SELECT toInt64(count()) AS spans
FROM `opslog`.`spans` FINAL

-- trace_operations.sql
SELECT operation_id, name
FROM `opslog`.`operations` FINAL
WHERE a
    AND b
ORDER BY start_time, operation_id
LIMIT {p0:Int64}

-- with_span.sql
SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE a
    AND b) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE c) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration

