-- Which of these are stored, in which revision. The range is what lets the scan leave out most of the file.
SELECT operation_id, 0::UBIGINT, revision
FROM {{.Segment}}.operations
WHERE operation_id BETWEEN CAST(? AS UUID) AND CAST(? AS UUID)
  AND operation_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
