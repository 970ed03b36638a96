import { stackLines } from '../lib/stack';
import { CopyButton } from './CopyButton';
import css from './StackTrace.module.css';

/** The stack as it was sent; frames of libraries and runtimes stand back. */
export function StackTrace({ text }: { text: string }) {
  return (
    <section aria-label="Stack trace">
      <div className={css.head}><h3>Stack trace</h3><CopyButton text={text} label="Copy the stack trace">Copy</CopyButton></div>
      <pre className={css.stack} tabIndex={0}>
        {stackLines(text).map((line, i) => <span key={i} className={line.library ? css.library : undefined}>{line.text}{'\n'}</span>)}
      </pre>
    </section>
  );
}
