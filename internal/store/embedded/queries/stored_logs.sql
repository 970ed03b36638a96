-- Which of these are stored; log records have no revisions.
SELECT log_id, 0::UBIGINT, 0::BIGINT
FROM {{.Segment}}.logs
WHERE time BETWEEN ? AND ?
  AND log_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
