import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/errors';
import { reproductionQuery } from '../../api/pages';
import type { Operation } from '../../api/types';
import button from '../../components/Button.module.css';
import { CopyButton } from '../../components/CopyButton';
import { Select } from '../../components/Select';
import css from './Commands.module.css';

const FORMS = [['curl', 'cURL'], ['http', 'HTTP'], ['json', 'JSON']] as const;
const RPC_FORMS = [['grpcurl', 'gRPC'], ['json', 'JSON']] as const;

/** The request as text, to be sent by somebody who knows what it does. opslog itself never sends it. */
export function Reproduce({ op }: { op: Pick<Operation, 'operation_id' | 'transport'> }) {
  const forms = op.transport === 'rpc' ? RPC_FORMS : FORMS;
  const [open, setOpen] = useState(false);
  const [as, setAs] = useState<string>(op.transport === 'http' || op.transport === 'rpc' ? forms[0][0] : 'json');
  const [force, setForce] = useState(false);
  const result = useQuery({ ...reproductionQuery(op.operation_id, as, force), enabled: open, retry: false });
  if (!open) return <p className={css.again}><button type="button" className={button.button} onClick={() => setOpen(true)} data-testid="reproduce">Show how to send it again…</button></p>;
  const refused = result.error instanceof ApiError && result.error.problem.status === 409 ? result.error.problem.detail : null;
  return (
    <section aria-label="Send it again" data-testid="reproduction">
      <div className={css.row}>
        <h3>Send it again</h3>
        <Select label="As" value={as} options={forms} onChange={setAs} />
      </div>
      <p className={css.none}>opslog never sends it. Secrets are placeholders that you set.</p>
      {refused && (
        <div className={css.refused} role="alert">
          <p><bdi>{refused}</bdi></p>
          <button type="button" className={button.button} onClick={() => setForce(true)}>I know what it does: show it</button>
        </div>
      )}
      {result.error && !refused && <p className={css.red} role="alert">{result.error.message}</p>}
      {result.data && (
        <>
          <pre className={css.input} tabIndex={0} data-testid="reproduction-text">{result.data.text}</pre>
          <p><CopyButton text={result.data.text} label="Copy the request">Copy</CopyButton></p>
          <ul className={css.warnings}>{result.data.warnings.map((w) => <li key={w}><bdi>{w}</bdi></li>)}</ul>
        </>
      )}
    </section>
  );
}
