import { expect, test } from 'vitest';
import { clip, linkTarget, shortId, words } from './text';

test.each([
  ['https://example.com/a?b=1', 'https://example.com/a?b=1'], ['HTTP://example.com', 'http://example.com/'], ['javascript:alert(1)', null],
  ['data:text/html,<script>', null], [' https://example.com', null], ['https://', null], ['//example.com', null], ['ftp://example.com', null],
  [`https://example.com/${'x'.repeat(3000)}`, null],
])('link to %s', (text, href) => expect(linkTarget(text)).toBe(href));

test('shortening', () => {
  expect(clip('abcdef', 3)).toBe('abc…');
  expect(clip('abc', 3)).toBe('abc');
  expect(shortId('4bf92f3577b34da6a3ce929d0e0e4736')).toBe('4bf92f35…0e4736');
  expect(words('query_that_writes')).toBe('Query that writes');
});
