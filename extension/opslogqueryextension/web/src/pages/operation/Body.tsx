import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { JsonTree } from '../../components/JsonTree';
import { Marked } from '../../components/Marked';
import { parseBody } from '../../lib/json';
import { formatBytes } from '../../lib/number';
import css from './PayloadTab.module.css';

const MOST = 64 * 1024; // letters that are put on the page

/** What was sent: as a tree where it is JSON, else as text. Of a long one the beginning is shown, and all of it can be had. */
export function Body({ name, body }: { name: string; body: string | undefined }) {
  const [plain, setPlain] = useState(false);
  const tree = useMemo(() => (body === undefined ? undefined : parseBody(body)), [body]);
  if (body === undefined) return <><h3>Body</h3><p className={css.none}>None recorded</p></>;
  const long = body.length > MOST;
  return (
    <>
      <div className={css.bodyHead}>
        <h3>Body</h3>
        {tree && <button type="button" className={button.link} onClick={() => setPlain(!plain)}>{plain ? 'Show as tree' : 'Show as text'}</button>}
        <button type="button" className={button.bare} title={`Save the ${name.toLowerCase()} body as a file`} aria-label={`Save the ${name.toLowerCase()} body as a file`} onClick={() => save(`${name.toLowerCase()}.${tree ? 'json' : 'txt'}`, body)}><Download size={13} aria-hidden /></button>
        <CopyButton text={body} label={`Copy the ${name.toLowerCase()} body`} />
      </div>
      {tree && !plain ? <JsonTree value={tree} label={`${name} body`} /> : <pre className={css.text} tabIndex={0}><Marked text={long ? body.slice(0, MOST) : body} /></pre>}
      {long && (!tree || plain) && <p className={css.none} data-testid="body-cut">The first {formatBytes(MOST)} of {formatBytes(body.length)}; the file has all of it.</p>}
    </>
  );
}

function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
