-- Makes room for higher revisions.
DELETE FROM {{.Segment}}.rollups WHERE rollup_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
