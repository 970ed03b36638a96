import type { Problem } from './types';

/** The server answered with a problem. */
export class ApiError extends Error {
  /** retryAfter is what the server asks to wait for, in milliseconds. */
  constructor(readonly problem: Problem, readonly retryAfter?: number) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
  }
}

/** No answer came: the server is not there, or the network is not. */
export class ServerGone extends Error {
  constructor(cause: unknown) {
    super('opslog does not answer', { cause });
    this.name = 'ServerGone';
  }
}

/** The problem in an answer's body; a proxy's page of HTML has none, so its status line has to do. */
export function toProblem(body: unknown, response: Response): Problem {
  if (typeof body === 'object' && body !== null && 'title' in body) return body as Problem;
  return { type: 'about:blank', title: response.statusText || `HTTP status ${response.status}`, status: response.status };
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}

/** The server has more to do than it takes on, and says so; it may be asked again. */
export function isBusy(error: unknown): boolean {
  return error instanceof ApiError && (error.problem.status === 429 || error.problem.status === 503);
}

const SPREAD_MS = 600;

/** When to ask a busy server again, in milliseconds: a little apart from the others that wait; undefined where it is not busy. */
export function againAfter(error: unknown): number | undefined {
  return error instanceof ApiError && isBusy(error) ? (error.retryAfter ?? 1_000) + Math.random() * SPREAD_MS : undefined;
}

/** The milliseconds that an answer asks to wait for. */
export function retryAfter({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('Retry-After') ?? NaN);
  return seconds >= 0 && seconds <= 60 ? seconds * 1_000 : undefined;
}
