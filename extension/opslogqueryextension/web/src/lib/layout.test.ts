import { expect, test } from 'vitest';
import { type View, barOf, pointOf, ticks, zoom } from './layout';

test('a bar is cut to the view', () => {
  expect(barOf(25, 50, [0, 100])).toEqual({ left: 25, width: 50 });
  expect(barOf(0, 100, [25, 75])).toEqual({ left: 0, width: 100 });
  expect(barOf(80, 10, [0, 50])).toBeNull();
  expect(barOf(0, 10, [5, 5])).toBeNull();
});

test('a point outside of the view is nowhere', () => {
  expect(pointOf(50, [0, 200])).toBe(25);
  expect(pointOf(201, [0, 200])).toBeNull();
});

test('ticks are round, in the view, and not too many', () => {
  expect(ticks([0, 1_204_000_000], 6)).toEqual([0, 500_000_000, 1_000_000_000]);
  for (const end of [1, 7, 999, 12_345, 1e9, 6.1e13]) {
    const times = ticks([end / 3, end], 6);
    expect(times.length).toBeLessThanOrEqual(7);
    for (const t of times) expect(t).toBeLessThanOrEqual(end);
  }
  expect(ticks([0, 0], 6)).toEqual([]);
});

test('zooming stays in the whole and keeps the moment in place', () => {
  const view: View = zoom([0, 1000], 0.5, 800, 1000);
  expect(view).toEqual([400, 900]);
  expect(zoom(view, 100, 800, 1000)).toEqual([0, 1000]);
  expect(zoom([0, 1000], 1e-9, 500, 1000)).toEqual([450, 550]);
});
