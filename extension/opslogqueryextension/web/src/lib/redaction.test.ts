import { describe, expect, test } from 'vitest';
import { countHidden, isSensitiveName, partsOf } from './redaction';

describe('redaction labels', () => {
  test('are told from the text around them', () => {
    expect(partsOf('mail [EMAIL], key [SECRET:github]!')).toEqual([
      { text: 'mail ', label: false }, { text: '[EMAIL]', label: true }, { text: ', key ', label: false }, { text: '[SECRET:github]', label: true }, { text: '!', label: false },
    ]);
    expect(countHidden('{"a":"[EMAIL]","b":["[CARD]"]}')).toBe(2);
  });

  test.each(['[ERROR] failed', 'x[0]', '[email]', '', '[EMAIL'])('%s has none', (text) => expect(countHidden(text)).toBe(0));

  test.each([['authorization', true], ['http.request.header.cookie', true], ['db.password', true], ['access_token', true], ['gen_ai.usage.output_tokens', false], ['url.path', false]])('%s: sensitive is %s', (name, want) => {
    expect(isSensitiveName(name)).toBe(want);
  });
});
