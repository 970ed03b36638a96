import { expect, test } from 'vitest';
import { addTerm, clearField, quote, selectedValues, splitStages, toggleValue } from './queryText';

test.each([
  ['aios-api', 'aios-api'], ['/users/{id}', '/users/{id}'], ['500', '"500"'], [500, '500'], [true, 'true'], ['a b', '"a b"'], ['a*', '"a*"'],
  ['say "hi"\\', '"say \\"hi\\"\\\\"'], ['AND', '"AND"'], ['', '""'], ['1s', '"1s"'],
])('%j is written %s', (value, text) => expect(quote(value)).toBe(text));

test.each([
  ['a = 1 | count()', ['a = 1', '| count()']], ['a = "x | y"', ['a = "x | y"', '']], ['| count()', ['', '| count()']], ['', ['', '']],
])('%s splits', (query, parts) => expect(splitStages(query)).toEqual(parts));

test.each([
  ['', 'status', 'error', 'status = error'],
  ['status = error', 'status', 'error', ''],
  ['status = error', 'service', 'pay', 'status = error AND service = pay'],
  ['service = pay', 'service', 'shop', 'service IN (pay, shop)'],
  ['service IN (pay, shop) AND a = 1', 'service', 'pay', 'service = shop AND a = 1'],
  ['a = 1 OR b = 2', 'service', 'pay', '(a = 1 OR b = 2) AND service = pay'],
  ['any(a = 1 OR b = 2)', 'service', 'pay', 'any(a = 1 OR b = 2) AND service = pay'],
  ['name = "a AND b" | count()', 'service', 'pay', 'name = "a AND b" AND service = pay | count()'],
  ['', 'http.status', 500, 'http.status = 500'],
  ['http.status = 500', 'http.status', 502, 'http.status IN (500, 502)'],
  ['service:pay', 'service', 'pay', ''],
  ['name = "GET /a, b"', 'name', 'x', 'name IN ("GET /a, b", x)'],
])('%s, %s %s', (query, field, value, after) => expect(toggleValue(query, field, value)).toBe(after));

test('a toggle twice changes nothing', () => {
  for (const query of ['', 'a = 1', 'a = 1 OR c = 2', 'x "y z" | count() by a']) {
    const condition = toggleValue(toggleValue(query, 'service', 'p q'), 'service', 'p q');
    expect(condition.replaceAll(/[()]/g, '')).toBe(query.replaceAll(/[()]/g, ''));
  }
});

test('selected values', () => {
  expect(selectedValues('service IN (a, "b c") AND status = error', 'service')).toEqual(['a', 'b c']);
  expect(selectedValues('NOT service = a', 'service')).toEqual([]);
});

test('terms', () => {
  expect(addTerm('a = 1', 'NOT b = 2')).toBe('a = 1 AND NOT b = 2');
  expect(addTerm('a = 1', 'a = 1')).toBe('a = 1');
  expect(clearField('service = a AND b = 1', 'service')).toBe('b = 1');
});
