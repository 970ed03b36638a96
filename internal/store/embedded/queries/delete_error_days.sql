-- Makes room for higher revisions.
DELETE FROM {{.Segment}}.error_days WHERE error_day_id IN (SELECT unnest(CAST(CAST(? AS VARCHAR[]) AS UUID[])));
