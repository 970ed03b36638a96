-- What stays of a span of time.
INSERT INTO {{.Copy}}.{{.Table}}
SELECT * FROM {{.Segment}}.{{.Table}} AS o
WHERE {{.Time}} >= {{.From}} AND {{.Time}} < {{.To}} AND NOT ({{.Gone}})
ORDER BY {{.Time}}, {{.Tie}};
