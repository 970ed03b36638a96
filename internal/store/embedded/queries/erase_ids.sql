-- The operations that go.
SELECT CAST(operation_id AS VARCHAR) FROM {{.Segment}}.operations AS o WHERE {{.Where}};
