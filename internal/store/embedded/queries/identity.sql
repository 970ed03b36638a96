SELECT product FROM {{.Segment}}.identity;
