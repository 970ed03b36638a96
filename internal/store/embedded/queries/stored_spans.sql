-- Which of these are stored; spans have no revisions. Span ids of other traces are sorted out by the caller.
SELECT trace_id, span_id, 0::BIGINT
FROM {{.Segment}}.spans
WHERE start_time BETWEEN ? AND ?
  AND span_id IN (SELECT unnest(CAST(? AS UBIGINT[])));
