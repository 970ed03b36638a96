-- Which of these are stored, in which revision. The range is what lets the scan leave out most of the file.
SELECT rollup_id, 0::UBIGINT, revision
FROM {{.Segment}}.rollups
WHERE rollup_id BETWEEN CAST(? AS UUID) AND CAST(? AS UUID)
  AND rollup_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
