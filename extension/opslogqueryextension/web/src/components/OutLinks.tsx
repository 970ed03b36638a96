import { ExternalLink } from 'lucide-react';
import type { OutLink } from '../lib/outLinks';
import css from './OutLinks.module.css';

/** Ways to other tools, each in a tab of its own. */
export function OutLinks({ links, label }: { links: readonly OutLink[]; label: string }) {
  if (links.length === 0) return null;
  return (
    <ul className={css.links} aria-label={label} data-testid="out-links">
      {links.map(({ name, href }) => <li key={name}><a href={href} target="_blank" rel="noreferrer noopener">{name}<ExternalLink size={11} aria-hidden /></a></li>)}
    </ul>
  );
}
