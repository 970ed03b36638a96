import { expect, test } from 'vitest';
import { LEAST, MOST, parseWidths, tracksOf, withWidth } from './widths';

test('widths are read within bounds; what is none is left out', () => {
  expect([...parseWidths('name:320, attr.a:b:96,what,time:,x:1,y:99999,:50')]).toEqual([['name', 320], ['attr.a:b', 96], ['x', LEAST], ['y', MOST]]);
  expect(parseWidths(undefined).size).toBe(0);
});

test('a width is set, set again, and taken away', () => {
  const one = withWidth(undefined, 'name', 320.4);
  expect(one).toBe('name:320');
  expect(withWidth(withWidth(one, 'what', 3), 'name', 200)).toBe(`what:${LEAST},name:200`);
  expect(withWidth(one, 'name', null)).toBe('');
});

test('tracks take the widths; the least is what they need with gaps and padding', () => {
  const columns = [{ id: 'time', width: '132px' }, { id: 'name', width: 'minmax(200px, 1.5fr)' }, { id: 'what', width: 'minmax(160px, 1.3fr)' }];
  expect(tracksOf(columns, parseWidths('name:320,gone:90'), 12, 16)).toEqual({ tracks: '132px 320px minmax(160px, 1.3fr)', least: 132 + 320 + 160 + 24 + 32 });
});
