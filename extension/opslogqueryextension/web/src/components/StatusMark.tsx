import { Check, Minus, X } from 'lucide-react';
import type { Operation } from '../api/types';
import { codeText } from '../lib/outcome';
import css from './StatusMark.module.css';

type Props = Pick<Operation, 'status' | 'status_code' | 'transport'>;

/** The outcome as icon, code and word: never by colour alone. */
export function StatusMark({ status, ...rest }: Props) {
  const failed = status === 'error';
  const refused = !failed && rest.transport === 'http' && (rest.status_code ?? 0) >= 400;
  const Icon = failed ? X : refused ? Minus : Check;
  const code = codeText(rest);
  return (
    <span className={failed ? css.error : css.ok} title={failed ? `error ${code}` : `ok ${code}`}>
      <span className={css.icon}><Icon size={11} strokeWidth={3} aria-hidden /></span>
      <span className="visually-hidden">{failed ? 'error' : 'ok'}</span>
      {rest.status_code ? <span className={css.code}>{rest.status_code}</span> : null}
    </span>
  );
}
