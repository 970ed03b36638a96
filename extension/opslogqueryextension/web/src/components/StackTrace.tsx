import { useState } from 'react';
import type { OutLink } from '../lib/outLinks';
import { type StackLine, type Stretch, placeOf, stackLines, stretchesOf } from '../lib/stack';
import { plural } from '../lib/number';
import { CopyButton } from './CopyButton';
import css from './StackTrace.module.css';

/** Where a frame's source can be seen. */
export type FrameLinks = (place: { file: string; line: string }) => readonly OutLink[];

const FEW = 3; // frames of libraries that are shown as they are

/** The stack as it was sent; longer stretches of libraries and runtimes are folded. */
export function StackTrace({ text, links }: { text: string; links?: FrameLinks }) {
  return (
    <section aria-label="Stack trace">
      <div className={css.head}><h3>Stack trace</h3><CopyButton text={text} label="Copy the stack trace">Copy</CopyButton></div>
      <pre className={css.stack} tabIndex={0}>{stretchesOf(stackLines(text)).map((stretch, i) => <Frames key={i} stretch={stretch} links={links} />)}</pre>
    </section>
  );
}

function Frames({ stretch: { lines, library }, links }: { stretch: Stretch; links: FrameLinks | undefined }) {
  const [open, setOpen] = useState(!library || lines.length <= FEW);
  if (!open) return <button type="button" className={css.fold} onClick={() => setOpen(true)}>… {plural(lines.length, 'line')} of libraries</button>;
  return lines.map((line, i) => <Frame key={i} line={line} links={links} />);
}

function Frame({ line: { text, library }, links }: { line: StackLine; links: FrameLinks | undefined }) {
  const place = links && !library ? placeOf(text) : null;
  return (
    <span className={library ? css.library : undefined}>
      {text}
      {place && links?.(place).map(({ name, href }) => <a key={name} className={css.source} href={href} target="_blank" rel="noreferrer noopener">{name}</a>)}
      {'\n'}
    </span>
  );
}
