SELECT {{.Columns}}
FROM {{.Everywhere "state"}}
WHERE {{.Where}}
ORDER BY revision DESC
LIMIT {{.Limit}}
