import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { id, operation, span } from '../../testing/fixtures';
import { renderAt } from '../../testing/render';
import { answers, fails, server } from '../../testing/server';

const address = () => new URLSearchParams(window.location.search);

test('the switch shows spans; what is asked is asked for spans', async () => {
  let asked = new URLSearchParams();
  let checked = new URLSearchParams();
  server.use(
    answers('/operations', (query) => { asked = query; return query.get('scope') === 'spans' ? { items: [span(1, null, { name: 'SELECT stock', status: 'error', status_message: 'refused' })], next_cursor: null } : { items: [operation(1)], next_cursor: null }; }),
    answers('/query/check', (query) => { checked = query; return { normalised: query.get('q') ?? '', errors: [], warnings: [] }; }),
  );
  renderAt('/operations?q=status+%3D+error&from=now-7d&kind=command&cols=name');
  await screen.findAllByTestId('operation-row');
  await userEvent.click(screen.getByRole('button', { name: 'Spans' }));
  const [row] = await screen.findAllByTestId('span-row');
  expect(row?.textContent).toContain('SELECT stock');
  expect(row?.textContent).toContain('refused');
  expect(Object.fromEntries(asked)).toEqual({ scope: 'spans', q: 'status = error', from: 'now-7d', to: 'now', limit: '50' });
  expect(checked.get('scope')).toBe('spans');
  expect(Object.fromEntries(address())).toEqual({ scope: 'spans', q: 'status = error', from: 'now-7d' });
  await userEvent.click(screen.getByRole('button', { name: 'Duration' }));
  await waitFor(() => expect(asked.get('sort')).toBe('duration:desc'));
  fireEvent.keyDown(document.body, { key: 's' });
  await screen.findAllByTestId('operation-row');
  expect(address().get('scope')).toBeNull();
});

test('keys select a span and open it in the tree of its operation', async () => {
  const owner = operation(1, { duration: 90_000_000 });
  server.use(
    answers('/operations', { items: [span(3, null), span(2, null)], next_cursor: null }),
    answers('/traces/:id/operations', { items: [operation(9), owner] }), answers(`/operations/${owner.operation_id}`, owner),
  );
  renderAt('/operations?scope=spans');
  await screen.findAllByTestId('span-row');
  fireEvent.keyDown(document.body, { key: 'j' });
  await waitFor(() => expect(address().get('sel')).toBe(`${id(1)}-${id(3, 16)}`));
  fireEvent.keyDown(document.body, { key: 'j' });
  await waitFor(() => expect(address().get('sel')).toBe(`${id(1)}-${id(2, 16)}`));
  fireEvent.keyDown(document.body, { key: 'Enter' });
  await waitFor(() => expect(window.location.pathname).toBe(`/operations/${owner.operation_id}`));
  expect(Object.fromEntries(address())).toMatchObject({ tab: 'timeline', span: id(2, 16) });
});

test('nothing kept, a mistake, and a server that refuses are told', async () => {
  server.use(answers('/query/check', (query) => ({ normalised: '', warnings: [], errors: query.get('q')?.includes('count') ? [{ message: 'spans are listed, not counted', start: 2, end: 7 }] : [] })));
  renderAt('/operations?scope=spans&q=name+%3D+x');
  expect((await screen.findByTestId('no-match')).textContent).toContain('No kept span matches');
  renderAt('/operations?scope=spans&q=%7C+count()');
  expect(await screen.findByText(/spans are listed, not counted/)).toBeTruthy();
  server.use(fails('/operations', { title: 'Query is too expensive', status: 422 }));
  renderAt('/operations?scope=spans&from=now-30d');
  expect(await screen.findByText('Query is too expensive')).toBeTruthy();
});
