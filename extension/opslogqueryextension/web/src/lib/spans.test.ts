import { expect, test } from 'vitest';
import { id, operation, span } from '../testing/fixtures';
import { ownerOf, sayingOf, spanKey } from './spans';

test('a span belongs to the operation of its service that ran when it began', () => {
  const outer = operation(1, { duration: 90_000_000 });
  const inner = operation(3, { duration: 50_000_000 });
  const other = operation(2, { duration: 90_000_000, service_name: 'pay' });
  const all = [outer, other, inner];
  expect(ownerOf(span(9, null), all)).toBe(inner);
  expect(ownerOf(span(2, null, { service_name: 'pay' }), all)).toBe(other);
  expect(ownerOf(span(2, null), all)).toBe(outer);
  expect(ownerOf(span(70, null), all)).toBe(outer);
  expect(ownerOf(span(200, null), all)).toBeUndefined();
  expect(ownerOf(span(1, null, { span_id: outer.span_id, start_time: inner.start_time }), all)).toBe(outer);
});

test('a span says why it failed, else what it asked for', () => {
  expect(sayingOf(span(1, null))).toBe('');
  expect(sayingOf(span(1, null, { attributes: { 'db.statement': 'SELECT 1', 'http.url': 'http://a' } }))).toBe('SELECT 1');
  expect(sayingOf(span(1, null, { status_message: 'refused', attributes: { 'db.statement': 'SELECT 1' } }))).toBe('refused');
  expect(sayingOf(span(1, null, { status_message: 'refused', events: [{ time: '1', name: 'exception', attributes: { 'exception.type': 'Timeout', 'exception.message': 'too slow' } }] }))).toBe('Timeout: too slow');
  expect(spanKey(span(5, null))).toBe(`${id(1)}-${id(5, 16)}`);
});
