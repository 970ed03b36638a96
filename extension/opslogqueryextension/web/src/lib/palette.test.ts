import { expect, test } from 'vitest';
import { filterItems, idItems } from './palette';

const item = (label: string, detail = '') => ({ kind: 'Page', label, detail, to: '/' });

test('every word must be found; beginnings come first', () => {
  const items = [item('Errors'), item('Operations'), item('reorder'), item('order page', 'orders')];
  expect(filterItems(items, 'or').map((i) => i.label)).toEqual(['order page', 'Errors', 'reorder']);
  expect(filterItems(items, 'order orders').map((i) => i.label)).toEqual(['order page']);
  expect(filterItems(items, '')).toHaveLength(4);
});

test('an id leads to its trace or operation, however it is written', () => {
  expect(idItems(' 4BF92F35-77B34DA6A3CE929D0E0E4736 ').map((i) => i.to)).toEqual(['/trace/4bf92f3577b34da6a3ce929d0e0e4736', '/operations/4bf92f3577b34da6a3ce929d0e0e4736']);
  expect(idItems('4bf9')).toEqual([]);
});
