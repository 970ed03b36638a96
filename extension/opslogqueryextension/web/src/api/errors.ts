import type { Problem } from './types';

/** The server answered with a problem. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
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
