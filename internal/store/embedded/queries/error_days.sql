SELECT {{.Columns}}
FROM {{.Segment}}.error_days
WHERE {{.Where}}
ORDER BY day, error_day_id;
