import type { Operation } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { toJSON } from '../../lib/json';
import css from './RawTab.module.css';

/** The record as the API gives it. */
export function RawTab({ op }: { op: Operation }) {
  const text = toJSON(op, 2);
  return (
    <div className={css.tab} data-testid="raw">
      <CopyButton text={text} label="Copy the record as JSON">Copy JSON</CopyButton>
      <pre className={css.text} tabIndex={0}>{text}</pre>
    </div>
  );
}
