-- What times a file really holds: revisions can lie outside of its day.
SELECT coalesce(min({{.Time}}), 0), coalesce(max({{.Time}}), 0), count(*) FROM {{.Segment}}.{{.Table}};
