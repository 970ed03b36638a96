-- What stays of a span of time.
INSERT INTO {{.Copy}}.{{.Table}}
SELECT * FROM {{.Segment}}.{{.Table}} AS o
WHERE {{.Time}} >= ? AND {{.Time}} < ? AND NOT ({{.Gone}})
ORDER BY {{.Time}}, {{.Tie}};
