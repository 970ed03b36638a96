import { Download } from 'lucide-react';
import { API_BASE } from '../../api/client';
import type { Operation } from '../../api/types';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { toJSON } from '../../lib/json';
import css from './RawTab.module.css';

const FORMATS = [['otlp_json', 'OTLP JSON'], ['jaeger', 'Jaeger JSON']] as const;

/** The record as the API gives it, and the whole trace as a file that other tools read. */
export function RawTab({ op }: { op: Operation }) {
  const text = toJSON(op, 2);
  return (
    <div className={css.tab} data-testid="raw">
      <p className={css.tools}>
        <CopyButton text={text} label="Copy the record as JSON">Copy JSON</CopyButton>
        {FORMATS.map(([format, name]) => <a key={format} className={button.button} href={`${API_BASE}/traces/${op.trace_id}/export?format=${format}`} download><Download size={13} aria-hidden />Trace as {name}</a>)}
      </p>
      <pre className={css.text} tabIndex={0}>{text}</pre>
    </div>
  );
}
