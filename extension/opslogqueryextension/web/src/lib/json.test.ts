import { expect, test } from 'vitest';
import { parseBody, parseJSON, toJSON, valueText } from './json';

test('what is small is parsed as ever', () => expect(parseJSON('{"a":[1,"x",null,true,1.5]}')).toEqual({ a: [1, 'x', null, true, 1.5] }));

test.each([['{"a":1}', true], [' [1]', true], ['"text"', false], ['12', false], ['{"a":', false], ['', false], ['a=1&b=2', false]])('%s as a body', (text, isTree) =>
  expect(parseBody(text) !== undefined).toBe(isTree));

test('values as text', () => {
  expect(valueText('a "b"')).toBe('a "b"');
  expect(valueText(12n)).toBe('12');
  expect(valueText(['x', 1, false])).toBe('["x",1,false]');
  expect(valueText(undefined)).toBe('');
});

test('a big integer is written with all of its digits', () => expect(toJSON({ a: 9007199254740993n })).toMatch(/9007199254740993/));
