// The API as component tests see it. End-to-end tests use the real one.
import { http, HttpResponse, type JsonBodyType } from 'msw';
import { setupServer } from 'msw/node';
import { statusOf } from './fixtures';

const url = (path: string) => `http://localhost:3000/api/opslog/v1${path}`;

/** Answers a path with a value, or with what a function makes of the request's parameters. */
export function answers(path: string, value: JsonBodyType | ((query: URLSearchParams) => JsonBodyType)) {
  return http.get(url(path), ({ request }) => HttpResponse.json(typeof value === 'function' ? (value(new URL(request.url).searchParams) as JsonBodyType) : value));
}

export function fails(path: string, problem: { title: string; status: number; [key: string]: JsonBodyType }) {
  return http.get(url(path), () =>
    HttpResponse.json({ type: 'about:blank', ...problem }, { status: problem.status, headers: { 'content-type': 'application/problem+json' } }));
}

export function isGone(path: string) {
  return http.get(url(path), () => HttpResponse.error());
}

export const server = setupServer(
  answers('/status', statusOf(3)),
  answers('/services', { items: [] }),
  answers('/operations', { items: [], next_cursor: null }),
  answers('/operations/histogram', { bucket_ns: 1_000_000_000, start: '0', series: [], deploys: [] }),
  answers('/operations/facets', { fields: [] }),
  answers('/query', { columns: [], rows: [] }),
  answers('/query/check', (query) => ({ normalised: query.get('q') ?? '', errors: [], warnings: [] })),
  answers('/query/complete', { from: 0, to: 0, items: [] }),
  answers('/saved', { items: [] }),
  answers('/operations/:id/similar', { items: [], standing: { count: 0, error_rate: 0, slower_than: 0, p50: 0, p95: 0, p99: 0 }, previous: null, next: null }),
  answers('/operations/:id/cascade', { chain: [], operations: [], elsewhere: [] }),
  fails('/traces/:id', { title: 'Not found', status: 404 }),
  answers('/traces/:id/logs', { items: [], truncated: false }),
  answers('/traces/:id/operations', { items: [] }),
);
