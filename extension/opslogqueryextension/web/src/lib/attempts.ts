import type { Operation } from '../api/types';
import { quote } from './queryText';

/** The condition for attempts at the same work as the operation; empty where nothing would tell them. */
export function attemptsOf(op: Operation): string {
  const same = `service = ${quote(op.service_name ?? '')} AND name = ${quote(op.name ?? '')}`;
  if (op.message_id) return `${same} AND messaging.message.id = ${quote(op.message_id)}`;
  if (op.idempotency_key) return `${same} AND idempotency_key = ${quote(op.idempotency_key)}`;
  return '';
}
