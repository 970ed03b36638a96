import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** To a span on the timeline of the operation that is shown. */
export function SpanLink({ spanId, children }: { spanId: string; children: ReactNode }) {
  return (
    <Link from="/operations/$operationId" to="." search={{ tab: 'timeline', span: spanId }} state>{children}</Link>
  );
}

/** To another operation, with the way back to the list. */
export function OperationLink({ id, children }: { id: string; children: ReactNode }) {
  return <Link to="/operations/$operationId" params={{ operationId: id }} search={{}} state>{children}</Link>;
}
