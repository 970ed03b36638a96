-- What a question will look at; answered from the blocks' smallest and greatest times where they say enough.
SELECT count(*) FROM {{.Segment}}.{{.Table}} AS o WHERE {{.Where}};
