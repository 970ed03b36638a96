-- One row for each edge of a file, without its histograms.
SELECT {{.Names}},
    CAST(sum(calls) AS BIGINT), CAST(sum(errors) AS BIGINT), CAST(sum(unpaired) AS BIGINT), CAST(sum(retries) AS BIGINT), CAST(sum(circuit_open) AS BIGINT),
    CAST(sum(client_time) AS BIGINT), CAST(sum(server_time) AS BIGINT), CAST(sum(network_time) AS BIGINT),
    max(last_seen),
    coalesce(arg_max(example_operation_id, (errors > 0, last_seen)) FILTER (WHERE example_operation_id <> CAST('00000000-0000-0000-0000-000000000000' AS UUID)), CAST('00000000-0000-0000-0000-000000000000' AS UUID))
FROM {{.Segment}}.edges
WHERE {{.Where}}
GROUP BY {{.Names}};
