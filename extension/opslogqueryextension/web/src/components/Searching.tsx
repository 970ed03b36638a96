import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import button from './Button.module.css';
import css from './Searching.module.css';

const SLOW_MS = 1_000;

interface Props {
  /** What is asked for is not there yet. */
  waiting: boolean;
  /** It is being asked for; where not, somebody stopped that. */
  fetching: boolean;
  onAgain: () => void;
}

/** A search that takes more than a second says how long it has been, and can be stopped. */
export function Searching({ waiting, fetching, onAgain }: Props) {
  const cache = useQueryClient();
  const seconds = useSeconds(waiting && fetching);
  if (waiting && !fetching) {
    return <div className={css.strip} role="status" data-testid="search-stopped"><span>The search was stopped.</span><button type="button" className={button.button} onClick={onAgain}>Search again</button></div>;
  }
  if (seconds === 0) return null;
  return (
    <div className={css.strip} data-testid="searching">
      <span className={css.bar} aria-hidden />
      <span role="status">Searching… {seconds} s</span>
      <button type="button" className={button.button} onClick={() => void cache.cancelQueries({ fetchStatus: 'fetching', predicate: (query) => query.queryKey[0] !== 'status' })}>Stop</button>
    </div>
  );
}

/** Whole seconds that something has been active. */
function useSeconds(active: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setSeconds((n) => n + 1), SLOW_MS);
    return () => {
      clearInterval(timer);
      setSeconds(0);
    };
  }, [active]);
  return active ? seconds : 0;
}
