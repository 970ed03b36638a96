import type { Operation } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { Fact, Facts } from '../../components/Facts';
import { ServiceName } from '../../components/ServiceName';
import { SpanLink } from '../../components/SpanLink';
import { stackLines } from '../../lib/stack';
import { shortId, words } from '../../lib/text';
import css from './ErrorTab.module.css';

export function ErrorTab({ op }: { op: Operation }) {
  return (
    <div className={css.tab} data-testid="error">
      <h2><bdi>{op.error_type ?? 'Error'}</bdi></h2>
      <p className={css.message}><bdi>{op.error_message ?? op.status_message ?? 'The record holds no message.'}</bdi></p>
      <Facts>
        <Fact name="Where">{op.error_service ? <ServiceName name={op.error_service} /> : null}</Fact>
        <Fact name="Span">
          {op.error_span_id ? <SpanLink spanId={op.error_span_id}>{op.error_span_id}</SpanLink> : null}
        </Fact>
        <Fact name="Cause">{op.failure_class && op.failure_class !== 'unknown' ? words(op.failure_class) : null}</Fact>
        <Fact name="Fingerprint">
          {op.error_fingerprint ? <><code title={op.error_fingerprint}>{shortId(op.error_fingerprint)}</code><CopyButton text={op.error_fingerprint} label="Copy the fingerprint" /></> : null}
        </Fact>
        <Fact name="Variant">{op.error_variant ? <code title={op.error_variant}>{shortId(op.error_variant)}</code> : null}</Fact>
      </Facts>
      {op.error_stack ? <Stack text={op.error_stack} /> : <p className={css.none}>No stack trace was recorded.</p>}
    </div>
  );
}

/** The stack as it was sent; frames of libraries and runtimes stand back. */
function Stack({ text }: { text: string }) {
  return (
    <section aria-label="Stack trace">
      <div className={css.head}><h3>Stack trace</h3><CopyButton text={text} label="Copy the stack trace">Copy</CopyButton></div>
      <pre className={css.stack} tabIndex={0}>
        {stackLines(text).map((line, i) => <span key={i} className={line.library ? css.library : undefined}>{line.text}{'\n'}</span>)}
      </pre>
    </section>
  );
}
