import { expect, test } from 'vitest';
import type { Alert } from '../api/alerts';
import { byUrgency, ruleOfQuery, ruleText, ruleYAML, spanText, valueText } from './alerts';

test.each([['15m0s', '15 m'], ['336h0m0s', '14 d'], ['1h30m0s', '1 h 30 m'], ['250ms', '250 ms'], ['0s', '0 s']])('%s is %s', (text, want) => expect(spanText(text)).toBe(want));

test.each([
  [{ type: 'new_error', by: ['service', 'operation'], keep_firing_for: '15m0s' }, 'an error that was never seen before, for each service and operation, resolved after 15 m without it'],
  [{ type: 'error_rate', threshold: 0.05, window: '5m0s', min_errors: 5 }, 'more than 5 % fail over 5 m, at least 5'],
  [{ type: 'latency', quantile: 0.99, above: '1s', window: '5m0s', match: 'service = shop', for: '1m0s' }, 'p99 is above 1 s over 5 m, where service = shop, held for 1 m'],
  [{ type: 'silence' }, 'nothing came for longer than is usual'],
  [{ type: 'of_tomorrow' }, 'Of tomorrow'],
])('%j in words', (rule, want) => expect(ruleText(rule)).toBe(want));

test('values have their units', () => expect([valueText('error_rate', 0.417), valueText('latency', 1.5), valueText('new_error', 20)]).toEqual(['41.7 %', '1.5 s', '20']));

test('what fires and was told of comes first', () => {
  const alert = (id: string, state: Alert['state'], firing: string, suppressed?: Alert['suppressed']) => ({ id, state, firing_at: firing, ...(suppressed && { suppressed }) }) as Alert;
  const sorted = byUrgency([alert('over', 'resolved', '9'), alert('follows', 'firing', '8', 'cascade'), alert('old', 'firing', '1'), alert('fresh', 'firing', '7')]);
  expect(sorted.map((a) => a.id)).toEqual(['fresh', 'old', 'follows', 'over']);
});

test.each([
  ['status = error AND name = "POST /checkout"', 'shop', 'name: from_a_query\ntype: error_rate\nthreshold: 0.05\nwindow: 5m\nmatch: "service = shop AND name = \\"POST /checkout\\""\n'],
  ['duration > 1s', undefined, 'name: from_a_query\ntype: query\nquery: "duration > 1s | count()"\nthreshold: 0\nwindow: 5m\n'],
  ['method = POST | p95(duration) by service | sort p95(duration) desc', undefined, 'name: from_a_query\ntype: query\nquery: "method = POST | p95(duration) by service"\nthreshold: 0\nwindow: 5m\n'],
  ['', undefined, 'name: from_a_query\ntype: query\nquery: "| count()"\nthreshold: 0\nwindow: 5m\n'],
])('%s is watched by a rule', (q, service, want) => expect(ruleYAML(ruleOfQuery(q, service))).toBe(want));
