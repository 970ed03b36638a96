// Spans as rows of a list.
import type { Operation, Span } from '../api/types';
import { valueText } from './json';

/** Tells spans apart, within the URL too. */
export const spanKey = ({ trace_id, span_id }: Pick<Span, 'trace_id' | 'span_id'>) => `${trace_id}-${span_id}`;

/** The operation that the span belongs to: of those of its service that ran when it began, the one that began last. */
export function ownerOf(span: Span, operations: readonly Operation[]): Operation | undefined {
  const start = BigInt(span.start_time);
  const around = operations.filter((op) => op.service_name === span.service_name && BigInt(op.start_time) <= start && start <= BigInt(op.start_time) + BigInt(op.duration));
  const later = (a: Operation | undefined, b: Operation) => (a && BigInt(a.start_time) > BigInt(b.start_time) ? a : b);
  return around.find((op) => op.span_id === span.span_id) ?? around.reduce<Operation | undefined>(later, undefined);
}

const SAYING = ['db.query.text', 'db.statement', 'url.full', 'http.url', 'url.path', 'http.target', 'rpc.method', 'messaging.destination.name', 'db.collection.name', 'cache.key'];

/** The one thing that says most: why it failed, or what it asked for. */
export function sayingOf(span: Span): string {
  const exception = span.events?.find((event) => event.name === 'exception')?.attributes;
  const failed = [exception?.['exception.type'], exception?.['exception.message'] ?? span.status_message].filter(Boolean).map(valueText).join(': ');
  if (failed) return failed;
  const key = SAYING.find((name) => span.attributes?.[name] !== undefined);
  return key ? valueText(span.attributes?.[key]) : '';
}
