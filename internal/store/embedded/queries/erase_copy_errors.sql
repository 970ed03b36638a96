-- Sums of errors stay, without messages that came from what is erased.
INSERT INTO {{.Copy}}.{{.Table}}
SELECT * REPLACE (CASE WHEN {{.Gone}} THEN {{.Erased}} ELSE error_message END AS error_message) FROM {{.Segment}}.{{.Table}} AS o
WHERE {{.Time}} >= {{.From}} AND {{.Time}} < {{.To}}
ORDER BY {{.Time}}, {{.Tie}};
