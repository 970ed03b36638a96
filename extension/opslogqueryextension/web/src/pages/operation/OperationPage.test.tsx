import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { id, log, operation, span } from '../../testing/fixtures';
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
  server.use(answers('/operations/:id', failed), answers('/traces/:id/spans', { items: spans, truncated: false }), answers('/traces/:id/logs', { items: [log(1, { span_id: id(2, 16) })], truncated: false }));
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
  expect(within(panel).getByText('postgresql')).toBeTruthy();
  expect(within(panel).getByText('line 1')).toBeTruthy();
  expect(window.location.search).toBe(`?span=${id(2, 16)}`);
});

test('folding hides rows and a deep link opens the way again', async () => {
  open();
  await screen.findAllByTestId('span-row');
  await userEvent.keyboard(']');
  expect(screen.getAllByTestId('span-row')).toHaveLength(2);
  await userEvent.click(screen.getByRole('link', { name: 'Show span' }));
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

test('an operation that is not stored', async () => {
  server.use(fails('/operations/:id', { title: 'Not found', status: 404 }));
  renderAt(`/operations/${id(9)}`);
  expect((await screen.findByTestId('not-stored')).textContent).toContain('Looking again');
});
