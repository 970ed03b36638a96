SELECT {{.Columns}}
FROM (
    SELECT {{.Columns}}
    FROM {{.Everywhere "state"}}
    WHERE {{.Where}}
    ORDER BY key, revision DESC
    LIMIT 1 BY key
)
WHERE NOT deleted
ORDER BY key
LIMIT {{.Limit}}
