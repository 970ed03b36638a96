SELECT service_name, environment, check_name, subject,
    CAST(sum(total) AS BIGINT), CAST(sum(failed) AS BIGINT), CAST(sum(value) AS BIGINT),
    coalesce(min(minute) FILTER (WHERE failed > 0), 0), coalesce(max(minute) FILTER (WHERE failed > 0), 0),
    coalesce(arg_max(example_trace_id, minute) FILTER (WHERE example_trace_id <> CAST('00000000-0000-0000-0000-000000000000' AS UUID)), CAST('00000000-0000-0000-0000-000000000000' AS UUID))
FROM {{.Segment}}.quality
WHERE {{.Where}}
GROUP BY service_name, environment, check_name, subject;
