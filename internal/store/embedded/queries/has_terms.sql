SELECT EXISTS (SELECT 1 FROM {{.Segment}}.terms);
