import { describe, expect, test } from 'vitest';
import { differences, groupText, mainClass, shareOfRuns, verdict, whyGrouped } from './errors';

const facet = (name: string, counts: Record<string, number>, missing = 0) => ({ name, values: Object.entries(counts).map(([value, count]) => ({ value, count })), missing, other: 0 });

describe('what is different about failures', () => {
  test('is what they have and others have not', () => {
    const found = differences([facet('version', { '2.4.1': 94, '2.4.0': 6 }), facet('host', { a: 50, b: 50 })], [facet('version', { '2.4.1': 12, '2.4.0': 88 }), facet('host', { a: 52, b: 48 })]);
    expect(found).toEqual([{ field: 'version', value: '2.4.1', failed: 0.94, ok: 0.12 }]);
  });
  test('is nothing of few operations, or without any to compare with', () => {
    expect(differences([facet('user', { u: 4 })], [facet('user', { v: 90 })])).toEqual([]);
    expect(differences([facet('user', { u: 40 })], [])).toEqual([]);
  });
  test('counts operations without a value as others', () => expect(differences([facet('tenant', { acme: 5 }, 15)], [facet('tenant', {}, 20)])).toMatchObject([{ value: 'acme', failed: 0.25, ok: 0 }]));
});

test('the share of runs is of all the operations that the error has', () => {
  const runs = new Map([['shop GET /a', 60], ['shop GET /b', 40], ['other GET /a', 900]]);
  expect(shareOfRuns({ service: 'shop', operations: ['GET /a', 'GET /b'], count: 5 }, runs)).toBe(0.05);
  expect(shareOfRuns({ service: 'shop', operations: ['GET /c'], count: 5 }, runs)).toBeNull();
});

test('the main class is the one of most operations', () => expect(mainClass([{ value: 'input', count: 1 }, { value: 'code', count: 3 }])).toEqual({ name: 'code', share: 0.75 }));

test.each([['code', 'bug'], ['input', 'input'], ['dependency', 'dependency'], ['', 'unclear'], ['<b>', 'unclear']])('%s is a matter of %s', (cls, kind) => expect(verdict(cls).kind).toBe(kind));

test('a group is told by what there is', () => {
  expect(whyGrouped({ error_stack: 'x', error_type: 'T' }, ['at f'])).toMatch(/frames/);
  expect(whyGrouped({ error_type: 'T' }, [])).toMatch(/no stack trace/);
  expect(whyGrouped({}, [])).toMatch(/neither/);
});

test('a group is asked for by all that was put together in it', () => {
  expect(groupText({ fingerprint: 'fp1:a' })).toBe('error.group = fp1:a');
  expect(groupText({ fingerprint: 'fp1:a', members: ['fp1:a', 'fp1:b'] })).toBe('error.group IN (fp1:a, fp1:b)');
});
