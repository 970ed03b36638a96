-- One row for each step of time and each name of a file, without its histogram.
SELECT minute // {{.Step}} * {{.Step}} AS step, service_name, environment, name, kind, status,
    CAST(sum(operations) AS BIGINT), CAST(sum(total) AS BIGINT), max(longest)
FROM {{.Segment}}.rollups
WHERE {{.Where}}
GROUP BY ALL;
