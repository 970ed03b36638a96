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
ORDER BY start_time DESC, operation_id DESC
LIMIT {p0:Int64}

-- operations.sql
SELECT operation_id, name
FROM `opslog`.`operations` FINAL
WHERE operation_id GLOBAL IN (SELECT operation_id FROM found)
ORDER BY start_time DESC, operation_id DESC

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

-- spans.sql
SELECT operation_id, name
FROM `opslog`.`spans` FINAL
WHERE a
    AND b
ORDER BY start_time, span_id
LIMIT 1 BY trace_id, span_id
LIMIT {p0:Int64}

-- stats.sql
SELECT toInt64(count()) AS operations, min(start_time) AS oldest, max(start_time) AS newest
FROM `opslog`.`operations` FINAL

-- stats_bytes.sql
SELECT toInt64(sum(bytes_on_disk)) AS bytes
FROM clusterAllReplicas('main', system.parts)
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
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans_local` FINAL WHERE a
    AND b) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations_local` FINAL WHERE c) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration

