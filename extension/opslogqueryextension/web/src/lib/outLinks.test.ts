import { describe, expect, test } from 'vitest';
import { operation } from '../testing/fixtures';
import { type LinkTemplate, fill, linksFor, operationValues } from './outLinks';

const op = operation(1, { service_name: 'orders', service_version: '1.2', user_id: 'a b&c', start_time: '1763719331482000000', duration: 1_500_000, resource: { 'vcs.ref.head.revision': 'abc123' } });
const values = operationValues(op);

describe('links to other tools', () => {
  test('values are encoded, a file keeps its slashes', () => {
    expect(fill('https://x/?u={user}&v={version}', values)).toBe('https://x/?u=a%20b%26c&v=1.2');
    expect(fill('https://x/{resource.vcs.ref.head.revision}/{file}#L{line}', (name) => ({ file: 'src/a b.go', line: '7' })[name] ?? values(name))).toBe('https://x/abc123/src/a%20b.go#L7');
  });

  test('times are five minutes around, in milliseconds', () => {
    expect(fill('https://x/?from={from}&to={to}', values)).toBe('https://x/?from=1763719031482&to=1763719631484');
  });

  test('a link without one of its values is none', () => {
    expect(fill('https://x/{tenant}', values)).toBeNull();
    expect(fill('https://x/{attr.none}', values)).toBeNull();
  });

  test('each service has those that are for it', () => {
    const templates: LinkTemplate[] = [{ name: 'all', url: 'https://x/', on: 'operation' }, { name: 'one', url: 'https://y/', on: 'operation', services: ['payments'] }, { name: 'span', url: 'https://z/', on: 'span' }];
    expect(linksFor(templates, 'operation', 'orders', values)).toEqual([{ name: 'all', href: 'https://x/' }]);
  });
});
