-- Makes room for higher revisions.
DELETE FROM {{.Segment}}.operations WHERE operation_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
