import type { LogRecord } from '../../api/types';
import type { Row, Tree } from '../../lib/tree';

/** The rows with the log records of each span below it. A record's row lies beyond the places of the spans. */
export function withLogs(tree: Tree, spans: Row[], logs: ReadonlyMap<string, LogRecord[]>): { rows: Row[]; logOf: Map<Row, LogRecord> } {
  const logOf = new Map<Row, LogRecord>();
  if (logs.size === 0) return { rows: spans, logOf };
  let next = tree.spans.length;
  const rows = spans.flatMap((row) => [row, ...(row < 0 ? [] : (logs.get(tree.spans[row]?.span_id ?? '') ?? [])).map((log) => {
    logOf.set(next, log);
    return next++;
  })]);
  return { rows, logOf };
}
