SELECT {{.Columns}}
FROM {{.Segment}}.{{.Table}} AS o
WHERE {{.Where}}
ORDER BY {{.Order}}
LIMIT ?;
