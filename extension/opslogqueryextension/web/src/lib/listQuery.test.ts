import { expect, test } from 'vitest';
import { NO_HEALTH, conditionOf, countedFilter, matchedFields, shapeOf, toFilter } from './listQuery';

const stages = (by: object[]) => ({ normalised: '', errors: [], warnings: [], stages: [{ name: 'aggregate', stage: { by } }] });

test('the shape of an answer', () => {
  expect(shapeOf(undefined, undefined)).toBe('list');
  expect(shapeOf(stages([{ time: true }]), undefined)).toBe('series');
  expect(shapeOf(stages([{ field: { name: 'service' } }]), undefined)).toBe('table');
  expect(shapeOf(stages([{ time: true }]), 'table')).toBe('table');
  expect(shapeOf({ ...stages([]), stages: [{ name: 'sort' }] }, 'series')).toBe('list');
});

test('fields that say why a row matched', () => {
  const ast = { kind: 'and', terms: [{ kind: 'compare', field: 'status' }, { kind: 'not', terms: [{ kind: 'compare', field: 'user.id' }] }, { kind: 'any', terms: [{ field: 'db.system' }] }, { field: 'db.calls' }] };
  expect(matchedFields(ast)).toEqual(['user.id', 'db.calls']);
  expect(matchedFields(undefined)).toEqual([]);
});

test('health checks stay away unless asked for', () => {
  expect(conditionOf({})).toBe(NO_HEALTH);
  expect(conditionOf({ q: 'a = 1 | count()' })).toBe(`a = 1 AND ${NO_HEALTH} | count()`);
  expect(conditionOf({ q: 'endpoint = /healthz' })).toBe('endpoint = /healthz');
  expect(conditionOf({ q: 'a = 1', health: 'show' })).toBe('a = 1');
});

test('filters', () => {
  const filter = toFilter({ q: 'a = 1 | sort duration', health: 'show', sort: 'name:asc', service: 'x' }, ['user']);
  expect(filter).toEqual({ from: 'now-1h', to: 'now', q: 'a = 1 | sort duration', sort: 'name:asc', service: 'x', fields: 'user' });
  expect(countedFilter(filter)).toEqual({ from: 'now-1h', to: 'now', q: 'a = 1', service: 'x' });
});
