import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { id, operation, statusOf } from '../../testing/fixtures';
import { renderAt } from '../../testing/render';
import { answers, isGone, server } from '../../testing/server';

const page = (items: ReturnType<typeof operation>[], next: string | null = null) => ({ items, next_cursor: next });
const failed = operation(3, { status: 'error', status_code: 500, error_type: 'Timeout', error_message: 'too slow', service_name: 'pay', error_span_count: 2 });
const rows = () => screen.findAllByTestId('operation-row');

test('the list shows operations', async () => {
  server.use(answers('/operations', page([failed, operation(2)])));
  renderAt('/operations');
  const [first] = await rows();
  expect(first?.textContent).toContain('GET /items/3');
  expect(within(first as HTMLElement).getByText('error')).toBeTruthy();
  expect(within(first as HTMLElement).getByText('Timeout')).toBeTruthy();
});

test('an error that was new is marked', async () => {
  const fresh = operation(4, { status: 'error', error_type: 'Refused', error_fingerprint: 'g1' });
  server.use(
    answers('/operations', page([fresh, { ...failed, error_fingerprint: 'g2' }])),
    answers('/query', (query) => (query.get('q')?.includes('error.new = true') ? { columns: [], rows: [['shop', 'g1', fresh.start_time]] } : { columns: [], rows: [] })),
  );
  renderAt('/operations');
  const marks = await screen.findAllByTestId('new-error');
  expect(marks).toHaveLength(1);
  expect(marks[0]?.closest('[role=row]')?.textContent).toContain('Refused');
});

test('filters and range go to the server as the URL has them', async () => {
  let asked = new URLSearchParams();
  server.use(answers('/operations', (query) => { asked = query; return page([operation(1)]); }));
  renderAt('/operations?q=duration+%3E+1s&service=pay&status=error&from=now-7d&health=show&sort=duration:desc');
  await rows();
  expect(Object.fromEntries(asked)).toMatchObject({ q: 'duration > 1s', service: 'pay', status: 'error', from: 'now-7d', to: 'now', limit: '50', sort: 'duration:desc' });
});

test('a preset, a header and a chip change the URL', async () => {
  server.use(answers('/operations', page([operation(1)])));
  renderAt('/operations?service=pay');
  await rows();
  await userEvent.click(screen.getByRole('button', { name: 'Errors' }));
  await waitFor(() => expect(new URLSearchParams(window.location.search).get('q')).toBe('status = error'));
  await userEvent.click(await screen.findByRole('button', { name: 'Duration' }));
  await waitFor(() => expect(new URLSearchParams(window.location.search).get('sort')).toBe('duration:desc'));
  await userEvent.click(screen.getByRole('button', { name: 'service = pay' }));
  await waitFor(() => expect(new URLSearchParams(window.location.search).get('service')).toBeNull());
});

test('health checks stay away unless they are asked for', async () => {
  let asked = new URLSearchParams();
  server.use(answers('/operations', (query) => { asked = query; return page([operation(1)]); }));
  renderAt('/operations');
  await rows();
  expect(asked.get('q')).toContain('NOT endpoint IN (/health');
  await userEvent.click(screen.getByLabelText('hide health checks'));
  await waitFor(() => expect(asked.get('q')).toBeNull());
});

test('columns come from the URL; those of fields have their values', async () => {
  server.use(answers('/operations', (query) => ({ ...page([operation(1)]), columns: query.get('fields')?.split(',') ?? [], rows: [['gold']] })));
  renderAt('/operations?cols=name,version,attr.tier');
  const [first] = await rows();
  expect(screen.getAllByRole('columnheader').map((head) => head.textContent)).toEqual(['Operation', 'Version', 'attr.tier']);
  expect(first?.textContent).toContain('gold');
});

test('keys at the edge of a column set its width, which the URL keeps', async () => {
  server.use(answers('/operations', page([operation(1)])));
  renderAt('/operations?widths=spans:90,name:320');
  await rows();
  const edge = () => screen.getByRole('separator', { name: 'Width of Operation' });
  const widths = () => new URLSearchParams(window.location.search).get('widths');
  expect(['aria-orientation', 'aria-valuenow', 'aria-valuemin', 'aria-valuemax'].map((name) => edge().getAttribute(name))).toEqual(['vertical', '320', '48', '1600']);
  edge().focus();
  await userEvent.keyboard('{ArrowRight}');
  await waitFor(() => expect(widths()).toBe('spans:90,name:336'));
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await waitFor(() => expect(widths()).toBe('spans:90,name:304'));
  expect(screen.getByRole('grid').style.getPropertyValue('--columns')).toContain(' 304px ');
  await userEvent.keyboard('{Home}');
  await waitFor(() => expect(widths()).toBe('spans:90'));
  fireEvent.doubleClick(screen.getByRole('separator', { name: 'Width of Spans' }));
  await waitFor(() => expect(widths()).toBeNull());
});

test('an aggregate is a table', async () => {
  server.use(
    answers('/query/check', { normalised: '', errors: [], warnings: [], stages: [{ name: 'aggregate', stage: { by: [{ field: { name: 'service' } }] } }] }),
    answers('/query', { columns: [{ name: 'service', type: 'string', group: true }, { name: 'p95(duration)', type: 'duration', unit: 'ns' }], rows: [['pay', 1_500_000]] }),
  );
  renderAt('/operations?q=%7C+p95(duration)+by+service');
  expect((await screen.findByTestId('aggregate')).textContent).toContain('1.5 ms');
});

test('a query with a mistake shows the place, not a list', async () => {
  server.use(answers('/query/check', { normalised: '', warnings: [], errors: [{ message: 'unknown field', start: 0, end: 3 }] }));
  renderAt('/operations?q=foo+%3D+1');
  expect((await screen.findByTestId('problem-place')).textContent).toBe('foo = 1');
  expect(screen.queryByTestId('operation-row')).toBeNull();
});

test('an empty store shows how to send something', async () => {
  server.use(answers('/status', statusOf(0)));
  renderAt('/operations');
  expect((await screen.findByTestId('setup-counter')).textContent).toContain('received 0 spans');
  expect(screen.getByTestId('setup').textContent).toContain('http://localhost:4318/v1/traces');
});

test('no match shows what was asked, and a way out', async () => {
  renderAt('/operations?service=pay');
  expect((await screen.findByTestId('no-match')).textContent).toContain('service = pay');
  await userEvent.click(screen.getByRole('button', { name: 'Clear the filters' }));
  await waitFor(() => expect(window.location.search).toBe(''));
});

test('a server that is gone is said', async () => {
  server.use(isGone('/status'), isGone('/operations'), isGone('/services'));
  renderAt('/operations');
  expect(await screen.findByTestId('server-gone')).toBeTruthy();
  expect(await screen.findByTestId('list-error')).toBeTruthy();
});

test('keys select rows and open them', async () => {
  server.use(answers('/operations', page([operation(5), failed])), answers(`/operations/${id(3)}`, failed));
  renderAt('/operations');
  await rows();
  await userEvent.keyboard('j');
  await waitFor(() => expect(window.location.search).toBe(`?sel=${id(5)}`));
  await userEvent.keyboard('e');
  await waitFor(() => expect(window.location.search).toBe(`?sel=${id(3)}`));
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByRole('heading', { level: 1, name: 'GET /items/3' })).toBeTruthy();
  expect(window.location.pathname).toBe(`/operations/${id(3)}`);
});

test('new operations wait while a row is selected', async () => {
  let items = [operation(1)];
  server.use(answers('/operations', () => page(items)));
  renderAt(`/operations?sel=${id(1)}`);
  await rows();
  items = [operation(2), operation(1)];
  expect((await screen.findByTestId('show-new', {}, { timeout: 4_000 })).textContent).toBe('1 new');
  expect(await rows()).toHaveLength(1);
  await userEvent.click(screen.getByTestId('show-new'));
  await waitFor(async () => expect(await rows()).toHaveLength(2));
});
