import { useMemo, useState } from 'react';
import button from '../../components/Button.module.css';
import { ServiceName } from '../../components/ServiceName';
import { cx } from '../../lib/cx';
import { formatDuration } from '../../lib/duration';
import { formatCount, formatShare } from '../../lib/number';
import { quote } from '../../lib/queryText';
import { type By, type Sum, sumUp } from '../../lib/summary';
import { clip } from '../../lib/text';
import type { Tree } from '../../lib/tree';
import css from './SpanTable.module.css';
import steps from './StepsTab.module.css';

const MOST = 300;
const COLUMNS: readonly (readonly [key: 'count' | 'total' | 'self' | 'p95' | 'max' | 'errors', label: string])[] = [['count', 'Count'], ['total', 'Total'], ['self', 'Own time'], ['p95', 'p95'], ['max', 'Longest'], ['errors', 'Errors']];

interface Props {
  tree: Tree;
  onSelect: (i: number) => void;
  onFind: (query: string) => void;
}

/** The spans summed up: which kind of span took the time itself. */
export function SpanTable({ tree, onSelect, onFind }: Props) {
  const [by, setBy] = useState<By>('name');
  const [sort, setSort] = useState<(typeof COLUMNS)[number][0]>('self');
  const sums = useMemo(() => sumUp(tree, by), [tree, by]);
  const rows = sums.toSorted((a, b) => b[sort] - a[sort]).slice(0, MOST);
  const all = sums.reduce((n, sum) => n + sum.self, 0) || 1;
  return (
    <div data-testid="span-table">
      <p className={css.by} role="group" aria-label="Sum up by">
        Sum up by {(['name', 'service', 'kind'] as const).map((key) => <button key={key} type="button" aria-pressed={by === key} onClick={() => setBy(key)}>{key}</button>)}
      </p>
      <div className={steps.wrap} tabIndex={0} role="group" aria-label="Spans summed up">
        <table className={steps.table}>
          <thead>
            <tr>
              <th>Span</th>{by !== 'kind' && <th>Service</th>}
              {COLUMNS.map(([key, label]) => <th key={key} className={steps.number} aria-sort={sort === key ? 'descending' : 'none'}><button type="button" className={cx(css.sort, sort === key && css.on)} onClick={() => setSort(key)}>{label}</button></th>)}
              <th>Share of own time</th><th><span className="visually-hidden">Show</span></th>
            </tr>
          </thead>
          <tbody>{rows.map((sum) => <Row key={sum.key} sum={sum} by={by} share={sum.self / all} onSelect={onSelect} onFind={onFind} />)}</tbody>
        </table>
      </div>
      {sums.length > MOST && <p className={css.by}>{formatCount(sums.length - MOST)} more with less.</p>}
    </div>
  );
}

function Row({ sum, by, share, onSelect, onFind }: { sum: Sum; by: By; share: number } & Omit<Props, 'tree'>) {
  const find = by === 'kind' ? `span.kind = ${sum.name}` : by === 'service' ? `service = ${quote(sum.service)}` : `name = ${quote(sum.name)}`;
  return (
    <tr>
      <td><bdi title={clip(sum.name, 1000)}>{clip(sum.name, 100)}</bdi></td>
      {by !== 'kind' && <td><ServiceName name={sum.service} /></td>}
      <td className={steps.number}>{formatCount(sum.count)}</td>
      <td className={steps.number}>{formatDuration(sum.total)}</td>
      <td className={steps.number}>{formatDuration(sum.self)}</td>
      <td className={steps.number}>{formatDuration(sum.p95)}</td>
      <td className={steps.number}>{formatDuration(sum.max)}</td>
      <td className={steps.number}>{sum.errors > 0 && <span className={steps.errors}>{formatCount(sum.errors)}</span>}</td>
      <td className={steps.share}><span className={steps.track} title={formatShare(share)}><span className={steps.bar} style={{ width: `${100 * share}%` }} /></span></td>
      <td className={css.links}>
        <button type="button" className={button.link} onClick={() => onSelect(sum.slowest)}>Longest</button>
        {by === 'name' && <button type="button" className={button.link} onClick={() => onFind(find)}>All</button>}
      </td>
    </tr>
  );
}
