-- Which of these are stored; counters have no revisions.
SELECT quality_id, 0::UBIGINT, 0::BIGINT
FROM {{.Segment}}.quality
WHERE minute BETWEEN ? AND ?
  AND quality_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
