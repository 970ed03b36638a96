-- One row for each bucket of each edge of a file, the clients' or the servers'.
SELECT {{.Names}}, bucket, CAST(sum(n) AS BIGINT)
FROM (
    SELECT {{.Names}}, unnest({{.Durations}}.buckets) AS bucket, unnest({{.Durations}}.counts) AS n
    FROM {{.Segment}}.edges
    WHERE {{.Where}}
)
GROUP BY {{.Names}}, bucket;
