import { expect, test } from 'vitest';
import { pickColour, serviceColour } from './service';

test('a service keeps its colour', () => expect(serviceColour('orders')).toBe(serviceColour('orders')));

test('twelve services have twelve colours, and the first few are not next to each other', () => {
  const taken = new Map<string, number>();
  for (let i = 0; i < 12; i++) taken.set(`service ${i}`, pickColour(`service ${i}`, taken));
  expect(new Set(taken.values()).size).toBe(12);
  const [a = 0, b = 0, c = 0] = [...taken.values()];
  for (const [x, y] of [[a, b], [b, c], [a, c]] as const) expect([0, 1, 11]).not.toContain((x - y + 12) % 12);
});

test('a thirteenth shares one', () => {
  const taken = new Map(Array.from({ length: 12 }, (_, i) => [`s${i}`, i]));
  expect(pickColour('another', taken)).toBeGreaterThanOrEqual(0);
});
