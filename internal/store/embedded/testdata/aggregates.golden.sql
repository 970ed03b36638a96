-- | count()
SELECT c0
FROM (
    SELECT count(*) AS c0
    FROM (SELECT * FROM operations_20260102.operations UNION ALL BY NAME SELECT * FROM operations_20260103.operations) AS o
    WHERE start_time >= ? AND start_time < ?
) AS found
LIMIT ?;
-- with []interface {}{1000000000000000000, 1000003600000000000, 10001}

-- status = error | rate, error_rate, count(user), uniq(user), sum(attr.amount), p99(duration) by service, 1m | where count(user) > 10 and service != a | sort rate desc | limit 5
SELECT c0, c1, c2, c3, c4, c5, c6, c7
FROM (
    SELECT nullif(o."service_name", '') AS c0, o.start_time // ? * ? AS c1, count(*) / ((least((min(o.start_time) // ? * ?) + ?, ?) - greatest((min(o.start_time) // ? * ?), ?)) / 1e9) AS c2, count(*) FILTER (WHERE o.status = 'error') / nullif(count(*), 0) AS c3, CAST(count(nullif(o."user_id", '')) AS BIGINT) AS c4, CAST(count(DISTINCT nullif(o."user_id", '')) AS BIGINT) AS c5, CAST(coalesce(sum(CASE WHEN trim(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)], '0123456789.eE+-') = '' THEN TRY_CAST(struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)] AS DOUBLE) END), 0) AS DOUBLE) AS c6, CAST(round(approx_quantile(o."duration", 0.99)) AS BIGINT) AS c7
    FROM (SELECT * FROM operations_20260102.operations UNION ALL BY NAME SELECT * FROM operations_20260103.operations) AS o
    WHERE start_time >= ? AND start_time < ? AND (o."status" <> '' AND (lower(o."status") = lower(?)))
    GROUP BY 1, 2
) AS found
WHERE ((c4 IS NOT NULL AND (c4 > ?)) AND (c0 IS NOT NULL AND (c0 <> ?)))
ORDER BY c2 DESC NULLS LAST, c0 ASC NULLS LAST, c1 ASC NULLS LAST
LIMIT ?;
-- with []interface {}{60000000000, 60000000000, 60000000000, 60000000000, 60000000000, 1000003600000000000, 60000000000, 60000000000, 1000000000000000000, "amount", "amount", 1000000000000000000, 1000003600000000000, "error", 10, "a", 6}

-- | avg(duration), max(time), min(span.count) by trace, attr.region, complete, time
SELECT c0, c1, c2, c3, c4, c5, c6
FROM (
    SELECT CASE WHEN o."trace_id" <> '00000000-0000-0000-0000-000000000000' THEN replace(CAST(o."trace_id" AS VARCHAR), '-', '') END AS c0, struct_extract(o."attributes", 'vals')[list_position(struct_extract(o."attributes", 'keys'), ?)] AS c1, o."complete" AS c2, o.start_time // ? * ? AS c3, CAST(round(avg(o."duration")) AS BIGINT) AS c4, CAST(max(o."start_time") AS BIGINT) AS c5, CAST(min(o."span_count") AS BIGINT) AS c6
    FROM (SELECT * FROM operations_20260102.operations UNION ALL BY NAME SELECT * FROM operations_20260103.operations) AS o
    WHERE start_time >= ? AND start_time < ?
    GROUP BY 1, 2, 3, 4
) AS found
ORDER BY c3 ASC NULLS LAST, c0 ASC NULLS LAST, c1 ASC NULLS LAST, c2 ASC NULLS LAST, c3 ASC NULLS LAST
LIMIT ?;
-- with []interface {}{"region", 60000000000, 60000000000, 1000000000000000000, 1000003600000000000, 10001}

