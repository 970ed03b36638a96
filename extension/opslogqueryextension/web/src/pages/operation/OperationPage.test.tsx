import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { id, log, operation, span, traceOf } from '../../testing/fixtures';
import { renderAt } from '../../testing/render';
import { answers, fails, server } from '../../testing/server';

const HOSTILE = '<img src=x onerror="alert(1)">';
const failed = operation(1, {
  name: HOSTILE, status: 'error', status_code: 500, error_type: 'Timeout', error_message: HOSTILE, error_stack: 'at a\nat b', user_id: 'u_1',
  request_headers: { 'content-type': ['application/json'] }, request_body: '{"card":"[CARD]"}', request_size: 40_000, response_body: 'plain', truncated: true,
  effects: [{ kind: 'db', target: 'orders', action: 'INSERT', rows: 1, outcome: 'rolled_back', offset: 1_000, span_id: id(2, 16) }],
  findings: [{ kind: 'n_plus_one', severity: 'warning', count: 24, saving: 94_000_000, span_ids: [id(2, 16)], evidence: 'SELECT 24 times' }],
  attributes: { 'http.route': '/items', n: 5 },
});
const spans = [span(1, null, { duration: 9_000_000, status: 'error' }), span(2, 1, { attributes: { 'db.system': 'postgresql' } }), span(3, 77)];

function open(path = '') {
  server.use(answers('/operations/:id', failed), answers('/traces/:id', traceOf(spans)), answers('/traces/:id/spans/:span', { ...spans[1], logs: [] }), answers('/traces/:id/logs', { items: [log(1, { span_id: id(2, 16) })], truncated: false }));
  return renderAt(`/operations/${id(1)}${path}`);
}

test('the header says what, who and why, as text', async () => {
  const { container } = open();
  expect((await screen.findByRole('heading', { level: 1 })).textContent).toBe(HOSTILE);
  expect(screen.getByText('u_1')).toBeTruthy();
  expect(screen.getByTestId('findings').textContent).toContain('N+1 ×24');
  expect(container.querySelector('img')).toBeNull();
});

test('the timeline is a tree of all spans; a span opens beside it', async () => {
  open();
  const rows = await screen.findAllByTestId('span-row');
  expect(rows.map((row) => row.getAttribute('aria-level'))).toEqual(['1', '2', '1']);
  expect(rows[0]?.getAttribute('aria-expanded')).toBe('true');
  expect(screen.getByText('1 span without parent')).toBeTruthy();
  await userEvent.click(rows[1] as HTMLElement);
  const panel = await screen.findByTestId('span-panel');
  expect(await within(panel).findByText('postgresql')).toBeTruthy();
  expect(within(panel).getByText('line 1')).toBeTruthy();
  expect(window.location.search).toBe(`?span=${id(2, 16)}`);
});

test('folding hides rows and a deep link opens the way again', async () => {
  open();
  await screen.findAllByTestId('span-row');
  await userEvent.keyboard(']');
  expect(screen.getAllByTestId('span-row')).toHaveLength(2);
  await userEvent.click(screen.getByRole('link', { name: /^Show spans?$/ }));
  expect(await screen.findByTestId('span-panel')).toBeTruthy();
  expect(screen.getAllByTestId('span-row')).toHaveLength(3);
});

test('request and response', async () => {
  open('?tab=payload');
  const request = within(await screen.findByRole('region', { name: 'Request' }));
  expect(request.getByText('[CARD]')).toBeTruthy();
  expect(request.getByText('truncated')).toBeTruthy();
  expect(request.getByText('40 kB')).toBeTruthy();
  expect(within(screen.getByRole('region', { name: 'Response' })).getByText('plain')).toBeTruthy();
});

test.each([['error', 'at a'], ['steps', 'rolled back'], ['logs', 'line 1'], ['attributes', 'http.route'], ['raw', '"operation_id"']])('tab %s', async (tab, text) => {
  open(`?tab=${tab}`);
  expect((await screen.findByTestId(tab)).textContent).toContain(text);
});

test('spans that were sampled out are said, with what the record holds', async () => {
  server.use(answers('/operations/:id', operation(1, { span_count: 41 })));
  renderAt(`/operations/${id(1)}`);
  expect((await screen.findByTestId('sampled-out')).textContent).toContain('The 41 spans of this operation were sampled out');
});

test('what came before, how it spread, and where it stands among its kind', async () => {
  const moment = (n: number, text: string) => ({ time: '1', before: n * 1_000_000, kind: 'span', text, status: 'error', span_id: id(n, 16) });
  server.use(
    answers('/operations/:id/before', { at: '9', items: [moment(2, 'SELECT cart')], earlier: [operation(7)] }),
    answers('/operations/:id/cascade', { chain: [moment(1, 'charge'), moment(2, 'checkout')], operations: [], elsewhere: [{ service: 'web', name: 'GET /cart', count: 4, users: 2, example: id(5) }] }),
    answers('/operations/:id/similar', { items: [], standing: { count: 50, error_rate: 0.1, slower_than: 0.98, p50: 1_000_000, p95: 2_000_000, p99: 3_000_000 }, previous: id(8), next: null }),
  );
  open('?tab=before');
  expect((await screen.findByTestId('before')).textContent).toMatch(/−2 ms.*SELECT cart.*GET \/items\/7/s);
  expect((await screen.findByTestId('standing')).textContent).toContain('slower than 98 % of 50 of its kind');
  await userEvent.click(screen.getByRole('tab', { name: 'Error' }));
  expect((await screen.findByTestId('cascade')).textContent).toMatch(/charge.*checkout/s);
  expect(screen.getByTestId('elsewhere').textContent).toContain('GET /cart');
});

test('two operations side by side', async () => {
  server.use(answers('/operations/:id/compare', { a: id(1), b: id(2), fields: [{ name: 'duration', a: 12_000_000, b: 1_000_000 }], steps: [{ category: 'db', template: 'SELECT 1', count_a: 3, count_b: 1, total_a: 9_000_000, total_b: 1_000_000 }] }));
  open(`?tab=compare&with=${id(2)}`);
  const tab = await screen.findByTestId('compare');
  await within(tab).findByText('SELECT 1');
  expect(tab.textContent).toMatch(/\+8 ms/);
  expect(tab.textContent).toMatch(/12 ms1 ms/);
});

test('the story is told in words', async () => {
  server.use(answers('/operations/:id/explain', { operation_id: id(1), status: 'error', headline: 'It failed', facts: ['shop'], sections: [{ kind: 'cause', title: 'Why', lines: [{ text: HOSTILE, item: true }] }] }));
  open('?tab=story');
  expect((await screen.findByTestId('story')).textContent).toContain(HOSTILE);
});

test('repeated calls are one row, gaps are told, the table sums up', async () => {
  const many = [span(1, null, { duration: 90_000_000 }), ...[2, 3, 4, 5, 6].map((n) => span(n, 1, { name: 'SELECT' }))];
  open();
  server.use(answers('/traces/:id', traceOf(many, { groups: [{ first: 1, count: 5, total: 5_000_000 }], gaps: [{ parent: 0, offset: 20_000_000, dur: 60_000_000 }] })));
  expect((await screen.findByTestId('span-group')).textContent).toBe('×5');
  expect(screen.getByTestId('gap-row').textContent).toContain('60 ms not instrumented');
  expect(screen.getAllByTestId('span-row')).toHaveLength(2);
  await userEvent.keyboard('[[');
  expect(screen.getAllByTestId('span-row')).toHaveLength(6);
  await userEvent.keyboard('t');
  expect((await screen.findByTestId('span-table')).textContent).toMatch(/SELECT.*5/s);
});

test('an operation that is not stored', async () => {
  server.use(fails('/operations/:id', { title: 'Not found', status: 404 }));
  renderAt(`/operations/${id(9)}`);
  expect((await screen.findByTestId('not-stored')).textContent).toContain('Looking again');
});
