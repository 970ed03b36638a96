-- Which of these are stored, in which revision. The range is what lets the scan leave out most of the file.
SELECT error_day_id, 0::UBIGINT, revision
FROM {{.Segment}}.error_days
WHERE error_day_id BETWEEN CAST(? AS UUID) AND CAST(? AS UUID)
  AND error_day_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
