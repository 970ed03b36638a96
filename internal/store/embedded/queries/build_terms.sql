DELETE FROM {{.Segment}}.terms;

INSERT INTO {{.Segment}}.terms
SELECT DISTINCT CAST(md5_number_lower(term) >> 32 AS UINTEGER) AS t, CAST(start_time // 60000000000 AS INTEGER) AS m
FROM (SELECT unnest([{{.Terms}}]) AS term, start_time FROM {{.Segment}}.{{.Table}})
WHERE term IS NOT NULL
ORDER BY t, m;
