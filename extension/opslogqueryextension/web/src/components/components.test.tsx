import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { AttributeTable } from './AttributeTable';
import { JsonTree } from './JsonTree';
import { ProblemPanel } from './ProblemPanel';
import { Value } from './Value';

const HOSTILE = '<img src=x onerror="alert(1)">';

test('telemetry is text, and only http(s) is linked', () => {
  const { container } = render(<><Value value={HOSTILE} /><Value value="javascript:alert(1)" /><Value value="https://example.com/" /><Value value={12n} /></>);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByText(HOSTILE)).toBeTruthy();
  expect(screen.getAllByRole('link').map((a) => a.getAttribute('href'))).toEqual(['https://example.com/']);
});

test('attributes are sorted, filtered by name or value, and typed', async () => {
  const attributes = { b: 1, a: HOSTILE, list: ['x', 2] };
  const { rerender } = render(<AttributeTable attributes={attributes} label="Attributes" />);
  expect(screen.getAllByRole('rowheader').map((cell) => cell.textContent)).toEqual(['a', 'b', 'list']);
  rerender(<AttributeTable attributes={attributes} label="Attributes" filter="ONERROR" />);
  expect(screen.getAllByRole('rowheader')).toHaveLength(1);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Copy a' }));
  expect(await navigator.clipboard.readText()).toBe(HOSTILE);
});

test('a problem shows its place in the query, and its fix', async () => {
  const onFix = vi.fn();
  const problem = {
    type: '/problems/query-syntax', title: 'Query syntax error', status: 400,
    errors: [{ message: 'unknown field "statsu"', start: 0, end: 6, column: 1, hint: 'did you mean "status"?', fix: { replace: [0, 6], with: 'status' } }],
  };
  render(<ProblemPanel problem={problem} query="statsu = error" onFix={onFix} />);
  expect(within(screen.getByTestId('problem-place')).getByText('statsu').tagName).toBe('MARK');
  expect(screen.getByRole('alert').textContent).toContain('column 1: unknown field "statsu" · did you mean "status"?');
  await userEvent.click(screen.getByRole('button', { name: 'Use “status”' }));
  expect(onFix).toHaveBeenCalledWith('status = error');
});

test('a problem at the end of the query has a place too', () => {
  render(<ProblemPanel problem={{ type: 'about:blank', title: 'Bad', status: 400, errors: [{ message: 'ends here', start: 3, end: 3 }] }} query="a =" />);
  expect(screen.getByTestId('problem-place').textContent).toBe('a = ');
});

test('a problem with another parameter names it', () => {
  render(<ProblemPanel problem={{ type: 'about:blank', title: 'Bad', status: 400, errors: [{ message: 'not a time', parameter: 'from' }] }} query="" />);
  expect(screen.getByRole('alert').textContent).toContain('from: not a time');
});

test('a tree opens where it is clicked, and long lists come in parts', async () => {
  const value = { a: { b: { c: { d: { e: { end: HOSTILE } } } } }, list: Array.from({ length: 150 }, (_, i) => i) };
  const { container } = render(<JsonTree value={value} label="Body" />);
  expect(container.querySelector('img')).toBeNull();
  expect(screen.queryByText('end')).toBeNull();
  expect(screen.queryByText('120')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: '50 more' }));
  expect(screen.getAllByText('120').length).toBeGreaterThan(0);
});
