DELETE FROM {{.Segment}}.terms;
