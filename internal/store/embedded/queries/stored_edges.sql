-- Which of these are stored; edges have no revisions.
SELECT edge_id, 0::UBIGINT, 0::BIGINT
FROM {{.Segment}}.edges
WHERE minute BETWEEN ? AND ?
  AND edge_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
