SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations AS o
WHERE start_time >= ? AND (contains(lower(o.name), lower(?)) OR contains(lower(o.target), lower(?)) OR contains(lower(o.error_type), lower(?)) OR contains(lower(o.error_message), lower(?)) OR contains(lower(o.status_message), lower(?)) OR contains(lower(o.request_body), lower(?)) OR contains(lower(o.response_body), lower(?)))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "connection refused", "connection refused", "connection refused", "connection refused", "connection refused", "connection refused", "connection refused"}
