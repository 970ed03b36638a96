DELETE FROM {{.Segment}}.filters WHERE slot IN (SELECT unnest(CAST(? AS INTEGER[])));
