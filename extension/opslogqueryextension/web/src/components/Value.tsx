import { valueText } from '../lib/json';
import { linkTarget } from '../lib/text';
import css from './Value.module.css';

/** One value from telemetry: always text, and a link only where it is an http(s) URL. */
export function Value({ value }: { value: unknown }) {
  const text = valueText(value);
  const href = linkTarget(text);
  if (href) {
    return <a className={css.value} href={href} target="_blank" rel="noreferrer noopener"><bdi>{text}</bdi></a>;
  }
  if (text === '') return <span className={css.empty}>empty</span>;
  return <bdi className={typeof value === 'string' ? css.value : css.typed}>{text}</bdi>;
}
