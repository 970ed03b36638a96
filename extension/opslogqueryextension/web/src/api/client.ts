// The one edge to the server: requests are typed by the contract, answers are parsed here and nowhere else.
import createClient from 'openapi-fetch';
import { parseJSON } from '../lib/json';
import { ApiError, ServerGone, retryAfter, toProblem } from './errors';
import type { paths } from './schema';

export const API_BASE = new URL('api/opslog/v1', document.baseURI).href;

// fetch is looked up at each call, so that tests can put their own in place.
export const client = createClient<paths>({ baseUrl: API_BASE, fetch: (request) => fetch(request) });

interface Result {
  data?: string;
  error?: unknown;
  response: Response;
}

/**
 * The parsed answer of a call made with parseAs "text", so that no digit is lost.
 * Throws ServerGone where none came, ApiError where it is a problem, DOMException where it was cancelled.
 */
export async function answer<T>(call: Promise<Result>): Promise<T> {
  let result: Result;
  try {
    result = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ServerGone(cause);
  }
  if (result.data === undefined) throw new ApiError(toProblem(result.error, result.response), retryAfter(result.response));
  return parseJSON(result.data) as T;
}
