-- The traces with records of somebody.
SELECT DISTINCT trace_id FROM {{.Segment}}.{{.Table}} AS o WHERE {{.Where}};
