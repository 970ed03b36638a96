-- One row for each bucket of each histogram of a file.
SELECT step, service_name, environment, name, kind, status, bucket, CAST(sum(n) AS BIGINT)
FROM (
    SELECT minute // {{.Step}} * {{.Step}} AS step, service_name, environment, name, kind, status,
        unnest(durations.buckets) AS bucket, unnest(durations.counts) AS n
    FROM {{.Segment}}.rollups
    WHERE {{.Where}}
)
GROUP BY ALL;
