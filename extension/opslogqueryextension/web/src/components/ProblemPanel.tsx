import { CircleAlert } from 'lucide-react';
import type { Problem, ProblemPart } from '../api/types';
import button from './Button.module.css';
import css from './ProblemPanel.module.css';

interface Props {
  problem: Problem;
  /** The query that was sent, for showing the place. */
  query: string;
  onFix?: (query: string) => void;
}

/** What the server found wrong with a request, at its place in the query. */
export function ProblemPanel({ problem, query, onFix }: Props) {
  const parts = problem.errors ?? [];
  return (
    <div className={css.panel} role="alert" data-testid="problem">
      <CircleAlert size={16} aria-hidden />
      <div className={css.body}>
        <h2>{problem.title}</h2>
        {parts.length === 0 && problem.detail && <p>{problem.detail}</p>}
        {parts.map((part, i) => <Part key={i} part={part} query={query} onFix={onFix} />)}
        {problem.request_id && <p className={css.request}>Request {problem.request_id}</p>}
      </div>
    </div>
  );
}

function Part({ part, query, onFix }: { part: ProblemPart; query: string; onFix: Props['onFix'] }) {
  const { start, fix } = part;
  const inQuery = start !== undefined && (!part.parameter || part.parameter === 'q');
  const fixed = fix && query.slice(0, fix.replace[0]) + fix.with + query.slice(fix.replace[1]);
  return (
    <div className={css.part}>
      {inQuery && <Place query={query} start={start} end={part.end ?? start} />}
      <p>
        {part.parameter && !inQuery ? <code>{part.parameter}: </code> : null}
        {inQuery ? <span className={css.column}>column {part.column ?? start + 1}: </span> : null}
        {part.message}{part.hint ? <span className={css.hint}> · {part.hint}</span> : null}
        {fixed !== undefined && onFix && (
          <button type="button" className={button.button} onClick={() => onFix(fixed)}>Use “{fix?.with}”</button>
        )}
      </p>
    </div>
  );
}

/** The query with the wrong part underlined; a place at the end, where something is missing, gets a caret. */
function Place({ query, start, end }: { query: string; start: number; end: number }) {
  const wrong = query.slice(start, end);
  return (
    <pre className={css.place} data-testid="problem-place">
      {query.slice(0, start)}
      <mark className={wrong ? undefined : css.caret}>{wrong || ' '}</mark>
      {query.slice(start + wrong.length)}
    </pre>
  );
}
