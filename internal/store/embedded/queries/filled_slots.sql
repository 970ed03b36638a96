SELECT DISTINCT CAST(start_time // 600000000000 AS INTEGER) FROM {{.Segment}}.operations;
