import type { UseQueryResult } from '@tanstack/react-query';
import { CloudOff, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError, isNotFound } from '../api/errors';
import type { components } from '../api/schema';
import { useDelayed } from '../hooks/useDelayed';
import { cx } from '../lib/cx';
import { formatMoment } from '../lib/time';
import css from './Answered.module.css';
import button from './Button.module.css';
import { ProblemPanel } from './ProblemPanel';
import { Searching } from './Searching';
import { Notice, Skeleton, State } from './States';

interface Props<T> {
  result: UseQueryResult<T>;
  /** What is asked for, as the beginning of a sentence: "The errors". */
  name: string;
  /** The query that was sent, for showing the place of a mistake. */
  query?: string | undefined;
  onFix?: (query: string) => void;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** An answer of the server: on its way, refused, missing, in part, or there. What is shown stays while it is asked again. */
export function Answered<T>({ result, name, query = '', onFix, rows = 8, children }: Props<T>) {
  const late = useDelayed(result.isPending);
  const { data, error } = result;
  if (error instanceof ApiError && error.problem.status === 400) return <ProblemPanel problem={error.problem} query={query} {...(onFix && { onFix })} />;
  if (error && isNotFound(error)) {
    return <State icon={SearchX} title={`${name}: nothing in this range`} testId="not-found"><p>It may be older than what is kept, or older than the range. Try a longer one.</p></State>;
  }
  if (error && data === undefined) {
    return (
      <State icon={CloudOff} title={`${name} could not be read`} tone="error" testId="page-problem">
        <p>{error.message}</p>
        <button type="button" className={button.button} onClick={() => void result.refetch()}>Try again</button>
      </State>
    );
  }
  const searching = <Searching waiting={result.isPending || result.isPlaceholderData} fetching={result.isFetching} onAgain={() => void result.refetch()} />;
  if (data === undefined) return <>{searching}{late && result.isFetching && <Skeleton rows={rows} height={40} />}</>;
  return <div className={cx(css.answer, result.isPlaceholderData && css.stale)} aria-busy={result.isPlaceholderData}>{searching}<PartialNotice data={data} />{children(data)}</div>;
}

type Partial = components['schemas']['Partial'];

function PartialNotice({ data }: { data: unknown }) {
  const partial = (data as { partial?: Partial } | null)?.partial;
  if (!partial) return null;
  const limit = partial.reason === 'time_limit' ? 'the time for an answer ran out' : 'there were too many rows';
  return <Notice testId="partial">Only part of the range was searched, from {formatMoment(partial.searched_from, new Date())} on: {limit}. Choose a shorter range for the whole.</Notice>;
}
