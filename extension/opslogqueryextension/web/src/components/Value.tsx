import { useState } from 'react';
import { valueText } from '../lib/json';
import { countHidden, isSensitiveName } from '../lib/redaction';
import { linkTarget } from '../lib/text';
import button from './Button.module.css';
import { Marked } from './Marked';
import css from './Value.module.css';

/** One value from telemetry: always text, and a link only where it is an http(s) URL. */
export function Value({ value, name = '' }: { value: unknown; name?: string }) {
  const [shown, setShown] = useState(false);
  const text = valueText(value);
  if (text === '') return <span className={css.empty}>empty</span>;
  const hidden = countHidden(text) > 0;
  if (typeof value === 'string' && !hidden && !shown && isSensitiveName(name)) {
    return <span className={css.masked}>•••••• <button type="button" className={button.link} onClick={() => setShown(true)}>Show</button></span>;
  }
  const href = hidden ? null : linkTarget(text);
  if (href) return <a className={css.value} href={href} target="_blank" rel="noreferrer noopener"><bdi>{text}</bdi></a>;
  return <span className={typeof value === 'string' ? css.value : css.typed}><Marked text={text} /></span>;
}
