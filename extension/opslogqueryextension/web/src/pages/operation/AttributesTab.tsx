import { useState } from 'react';
import type { Operation } from '../../api/types';
import { AttributeTable, CONDITIONS } from '../../components/AttributeTable';
import { Fact, Facts } from '../../components/Facts';
import css from './AttributesTab.module.css';

export function AttributesTab({ op }: { op: Operation }) {
  const [filter, setFilter] = useState('');
  return (
    <div className={css.tab} data-testid="attributes">
      <input className={css.filter} value={filter} onChange={(event) => setFilter(event.target.value)} placeholder="Filter by name or value" aria-label="Filter attributes" />
      <div className={css.columns}>
        <section><h2>Entry span</h2><AttributeTable attributes={op.attributes} label="Attributes of the entry span" filter={filter} condition={CONDITIONS.operation} /></section>
        <section><h2>Resource</h2><AttributeTable attributes={op.resource} label="Attributes of the resource" filter={filter} condition={CONDITIONS.resource} /></section>
      </div>
      <Facts>
        <Fact name="Scope">{op.scope && <bdi>{op.scope}</bdi>}</Fact>
        <Fact name="User agent">{op.user_agent && <bdi>{op.user_agent}</bdi>}</Fact>
        <Fact name="Why this kind">{op.kind_evidence && <bdi>{op.kind_evidence}</bdi>}</Fact>
        <Fact name="Revision">{String(op.revision)}</Fact>
      </Facts>
      {op.links && op.links.length > 0 && (
        <section>
          <h2>Links</h2>
          <ul>{op.links.map((link, i) => <li key={i}><code>trace {link.trace_id} span {link.span_id}</code><AttributeTable attributes={link.attributes} label="Attributes of the link" empty="" /></li>)}</ul>
        </section>
      )}
    </div>
  );
}
