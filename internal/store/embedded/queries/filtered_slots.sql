SELECT DISTINCT slot FROM {{.Segment}}.filters;
