SELECT {{.Columns}}
FROM {{.Segment}}.{{.Table}}
WHERE {{.Where}}
ORDER BY {{.Order}}
LIMIT ?;
