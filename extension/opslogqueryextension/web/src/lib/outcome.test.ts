import { expect, test } from 'vitest';
import { operation } from '../testing/fixtures';
import { codeText, strongestFinding, what } from './outcome';

test('codes', () => {
  expect(codeText(operation(1, { status_code: 404 }))).toBe('404');
  expect(codeText(operation(1, { transport: 'rpc', status_code: 14 }))).toBe('14 UNAVAILABLE');
  expect(codeText(operation(1, { status_code: 0 }))).toBe('');
});

const findings = [{ kind: 'cache_miss', severity: 'info', evidence: 'a' }, { kind: 'n_plus_one', severity: 'high', evidence: 'b' }] as const;

test('the strongest finding', () => expect(strongestFinding([...findings])?.kind).toBe('n_plus_one'));

test('the one thing to say: error before finding before incomplete', () => {
  expect(what(operation(1, { status: 'error', error_type: 'Timeout', error_message: 'too slow', findings: [...findings] }))).toEqual({ tone: 'error', title: 'Timeout', text: 'too slow' });
  expect(what(operation(1, { findings: [...findings] }))).toEqual({ tone: 'finding', title: 'N+1', text: 'b' });
  expect(what(operation(1, { complete: false, incomplete_reason: 'running' }))?.title).toBe('Still running');
  expect(what(operation(1))).toBeNull();
});
