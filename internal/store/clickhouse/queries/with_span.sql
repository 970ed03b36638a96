{{- /* Both tables are spread by trace, so that each shard answers for its own operations. */ -}}
SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM {{.Local "spans"}} FINAL WHERE {{.Where}}) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM {{.Local "operations"}} FINAL WHERE {{.Operations}}) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration
