import { useQuery } from '@tanstack/react-query';
import { cascadeQuery } from '../../api/neighbours';
import type { Operation } from '../../api/types';
import { ServiceName } from '../../components/ServiceName';
import { OperationLink } from '../../components/SpanLink';
import { formatDuration } from '../../lib/duration';
import { formatCount, plural } from '../../lib/number';
import { clip } from '../../lib/text';
import { Moments } from './BeforeTab';
import css from './StepsTab.module.css';

/** Where the failure began, what it took with it, and who else it hit. */
export function CascadePart({ op }: { op: Operation }) {
  const data = useQuery(cascadeQuery(op.operation_id)).data;
  if (!data) return null;
  const { chain, operations, elsewhere } = data;
  return (
    <>
      {chain.length > 1 && (
        <section aria-labelledby="chain-title" data-testid="cascade">
          <h3 id="chain-title">How it spread</h3>
          <p className={css.lead}>The first to fail is on top: it is the likely cause of those below.</p>
          <Moments items={chain} sign="+" label="How the failure spread" />
        </section>
      )}
      {operations.length > 1 && (
        <section aria-labelledby="failed-title">
          <h3 id="failed-title">{plural(operations.length, 'operation')} of this trace failed</h3>
          <ul>{operations.map((other) => <li key={other.operation_id}><ServiceName name={other.service_name} /> <OperationLink id={other.operation_id}><bdi>{clip(other.name ?? 'unnamed')}</bdi></OperationLink> <span className={css.none}>{formatDuration(other.duration)}</span></li>)}</ul>
        </section>
      )}
      {elsewhere.length > 0 && (
        <section aria-labelledby="elsewhere-title" data-testid="elsewhere">
          <h3 id="elsewhere-title">Others that failed the same way around that time</h3>
          <div className={css.wrap} tabIndex={0} role="group" aria-label="Others that failed the same way">
            <table className={css.table}>
              <thead><tr><th>Service</th><th>Operation</th><th className={css.number}>Count</th><th className={css.number}>Users</th><th>Example</th></tr></thead>
              <tbody>
                {elsewhere.map((other) => (
                  <tr key={`${other.service} ${other.name}`}>
                    <td><ServiceName name={other.service} /></td><td className={css.template}><bdi>{clip(other.name)}</bdi></td>
                    <td className={css.number}>{formatCount(other.count)}</td><td className={css.number}>{formatCount(other.users)}</td>
                    <td className={css.link}>{other.example && <OperationLink id={other.example}>Open</OperationLink>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}
