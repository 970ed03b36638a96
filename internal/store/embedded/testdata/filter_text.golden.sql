SELECT "operation_id", "trace_id", "span_id"
FROM operations_20260102.operations
WHERE start_time >= ? AND (contains(lower(name), lower(?)) OR contains(lower(target), lower(?)) OR contains(lower(error_type), lower(?)) OR contains(lower(error_message), lower(?)) OR contains(lower(status_message), lower(?)) OR contains(lower(request_body), lower(?)) OR contains(lower(response_body), lower(?)))
ORDER BY start_time DESC, operation_id DESC
LIMIT ?;
-- with []interface {}{0, "connection refused", "connection refused", "connection refused", "connection refused", "connection refused", "connection refused", "connection refused"}
