import { EyeOff } from 'lucide-react';
import { partsOf } from '../lib/redaction';
import css from './Value.module.css';

/** Text from telemetry; what redaction hid in it is shown as such. */
export function Marked({ text }: { text: string }) {
  const parts = partsOf(text);
  if (!parts.some((part) => part.label)) return <bdi>{text}</bdi>;
  return (
    <bdi>
      {parts.map((part, i) => (part.label
        ? <span key={i} className={css.hidden} title="Hidden by redaction before it was stored" data-testid="redacted"><EyeOff size={10} aria-hidden />{part.text}</span>
        : part.text))}
    </bdi>
  );
}
