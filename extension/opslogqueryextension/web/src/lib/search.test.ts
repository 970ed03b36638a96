import { expect, test } from 'vitest';
import { parseSearch, parseZoom, stringifySearch, validateSearch } from './search';

test.each([
  'status = error AND service = aios-api', 'endpoint = /api/users/{id}', 'http.url = http://localhost:3000/a?id=1&b=2#x', 'name ~ "a+b%20c"', 'true', '123', '"quoted"', 'ÿ 🙂 =',
])('%s survives the URL', (q) => expect(parseSearch(stringifySearch({ q }))).toEqual({ q }));

test('relative times stay readable', () => expect(stringifySearch({ from: 'now-1h', to: 'now' })).toBe('?from=now-1h&to=now'));

test('what means nothing is left out, what is not known is kept', () => {
  expect(stringifySearch({ q: '', sel: undefined })).toBe('');
  expect(validateSearch({ q: '', other: 'x', n: 3 })).toEqual({ other: 'x' });
});

test.each([['0-100', [0, 100]], ['5-5', null], ['9-1', null], ['a-b', null], ['', null], [undefined, null]])('zoom %s', (text, view) =>
  expect(parseZoom(text)).toEqual(view));
