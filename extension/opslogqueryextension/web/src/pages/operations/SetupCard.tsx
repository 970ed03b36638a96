import { useState } from 'react';
import type { Status } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { Tabs } from '../../components/Tabs';
import { formatCount } from '../../lib/number';
import { LANGUAGES, curlOneSpan, endpoints } from './setup';
import css from './SetupCard.module.css';

/** The first thing a new user sees: how to send something here, and that it is being waited for. */
export function SetupCard({ store }: { store: Status['store'] }) {
  const [language, setLanguage] = useState('node');
  const [chosen] = LANGUAGES.filter((l) => l.id === language);
  const { grpc, http } = endpoints(location.hostname);
  const text = chosen?.lines(http).join('\n') ?? '';
  return (
    <div className={css.scroll}>
      <section className={css.card} data-testid="setup" aria-labelledby="setup-title">
        <h2 id="setup-title">Waiting for the first operation</h2>
        <p>Point an application that has OpenTelemetry at opslog. Its operations show up here within seconds; nothing else is needed.</p>
        <dl className={css.endpoints}>
          <div><dt>OTLP over gRPC</dt><dd><code>{grpc}</code><CopyButton text={grpc} label="Copy the gRPC endpoint" /></dd></div>
          <div><dt>OTLP over HTTP</dt><dd><code>{http}</code><CopyButton text={http} label="Copy the HTTP endpoint" /></dd></div>
        </dl>
        <Tabs tabs={LANGUAGES} active={language} label="Language" onSelect={setLanguage} />
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${language}`}><Code text={text} label="Copy the settings" /></div>
        <h3>No application at hand? Send one span:</h3>
        <Code text={curlOneSpan(http)} label="Copy the curl command" />
        <p className={css.wait} role="status" data-testid="setup-counter">
          <span className={css.dot} aria-hidden />
          {store.spans > 0 ? `Received ${formatCount(store.spans)} spans; their operations are on their way.` : 'Waiting… received 0 spans.'}
        </p>
      </section>
    </div>
  );
}

function Code({ text, label }: { text: string; label: string }) {
  return <div className={css.code}><pre tabIndex={0}>{text}</pre><CopyButton text={text} label={label} /></div>;
}
