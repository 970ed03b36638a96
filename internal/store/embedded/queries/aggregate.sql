SELECT {{.Columns}}
FROM (
    SELECT {{.Inner}}
    FROM ({{.Source}}) AS o
    WHERE {{.Where}}
    {{- if .Groups}}
    GROUP BY {{.Groups}}
    {{- end}}
) AS found
{{- if .Having}}
WHERE {{.Having}}
{{- end}}
{{- if .Order}}
ORDER BY {{.Order}}
{{- end}}
LIMIT ?;
