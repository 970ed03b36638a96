SELECT service_name, count(*), count(*) FILTER (WHERE status = 'error'), max(start_time)
FROM {{.Segment}}.operations
WHERE {{.Where}}
GROUP BY service_name;
