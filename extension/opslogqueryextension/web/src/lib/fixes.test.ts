import { expect, test } from 'vitest';
import { LANGUAGES, fixOf, languageOf } from './fixes';

test.each(LANGUAGES)('there are lines for %s', (language) => {
  for (const check of ['broken_edge', 'gap', 'generic_name', 'missing_attribute', 'noise', 'RES-005']) expect(fixOf(check, language)?.text).toBeTruthy();
});

test('what is the same everywhere says so, and what takes no lines has none', () => {
  expect(fixOf('late', 'go')?.everywhere).toBe(true);
  expect(fixOf('gap', 'go')?.everywhere).toBe(false);
  expect(fixOf('clock_skew', 'go')).toBeNull();
});

test.each([['java', 'java'], ['cobol', 'node'], [null, 'node']])('%s is %s', (text, want) => expect(languageOf(text)).toBe(want));
