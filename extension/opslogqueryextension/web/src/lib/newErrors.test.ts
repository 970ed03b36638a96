import { expect, test } from 'vitest';
import { START, operation } from '../testing/fixtures';
import { isNewError, newErrorsFilter, newUntil } from './newErrors';

const failed = (n: number, group: string, part = {}) => operation(n, { status: 'error', error_fingerprint: group, ...part });

test('what failed is asked about, in whole hours', () => {
  expect(newErrorsFilter([operation(1)], 0)).toBeNull();
  const filter = newErrorsFilter([failed(1, 'b"x'), failed(2, 'a'), failed(3, 'a'), operation(4)], 0);
  expect(filter?.q).toBe('error.group IN (a, "b\\"x") AND error.new = true | max(time) by service, error.group');
  const hour = 3_600_000_000_000n;
  expect(BigInt(filter?.from ?? 0) % hour).toBe(0n);
  expect(BigInt(filter?.to ?? 0) - BigInt(filter?.from ?? 0)).toBe(hour);
  expect(newErrorsFilter([failed(1, 'a'), failed(2, 'a', { start_time: '1' })], 1e15)).toBeNull();
});

test('an error is new up to the last operation that the server counts', () => {
  const until = newUntil({ columns: [], rows: [['shop', 'a', String(BigInt(START) + 2_000_000n)], ['shop', 'odd']] });
  expect(isNewError(failed(1, 'a'), until)).toBe(true);
  expect(isNewError(failed(2, 'a'), until)).toBe(true);
  expect(isNewError(failed(3, 'a'), until)).toBe(false);
  expect(isNewError(failed(1, 'a', { service_name: 'pay' }), until)).toBe(false);
  expect(isNewError(operation(1), until)).toBe(false);
  expect(isNewError(failed(1, 'a'), newUntil(undefined))).toBe(false);
});
