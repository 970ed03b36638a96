import { useQuery } from '@tanstack/react-query';
import { type ErrorGroup, type Filter, rowsQuery } from '../../api/pages';
import type { Operation } from '../../api/types';
import { Section } from '../../components/Page';
import { type Column, Table } from '../../components/Table';
import { groupText, whyGrouped } from '../../lib/errors';
import { formatCount, plural } from '../../lib/number';
import { quote } from '../../lib/queryText';
import { stackLines } from '../../lib/stack';
import { cellText, clip } from '../../lib/text';
import css from './Errors.module.css';
import { Members } from './Members';

const COLUMNS: Column<unknown[]>[] = [
  { name: 'Message of one of them', head: true, cell: (row) => <bdi>{clip(cellText(row[1]), 300) || 'without a message'}</bdi> },
  { name: 'Variant', cell: (row) => <code>{clip(cellText(row[0]), 40)}</code> },
  { name: 'Operations', number: true, cell: (row) => formatCount(Number(row[2])) },
];

const FRAME = /^\s+at |^\S+\(.*\)$|^\s+File "/;

/** What the identity of the error was made of, and which messages it holds. */
export function WhyGrouped({ group, latest, filter, write }: { group: ErrorGroup; latest: Operation | undefined; filter: Filter; write: boolean }) {
  const frames = stackLines(latest?.error_stack ?? '').filter((line) => !line.library && FRAME.test(line.text)).map((line) => line.text.trim());
  const q = `${groupText(group)} AND service = ${quote(group.service)} | count() by error_variant, error.message`;
  const rows = useQuery(rowsQuery(q, { from: filter.from, to: filter.to })).data?.rows ?? [];
  const variants = new Map<string, unknown[]>();
  for (const [variant, message, count] of rows) {
    const before = variants.get(String(variant));
    variants.set(String(variant), before ? [before[0], before[1], Number(before[2]) + Number(count)] : [variant, message, count]);
  }
  return (
    <div data-testid="why-grouped">
      <Section title="How these operations came to be one error"><p>{whyGrouped(latest ?? {}, frames)}</p></Section>
      <Members group={group} filter={filter} write={write} />
      {frames.length > 0 && <Section title="Frames of the application" note={`of the latest operation`}><ol className={css.frames} tabIndex={0} aria-label="Frames">{frames.slice(0, 20).map((f, i) => <li key={i}><code>{clip(f, 300)}</code></li>)}</ol></Section>}
      <Section title="Messages" note={`${plural(variants.size, 'variant')}: messages that are the same but for numbers, ids and quoted values`}>
        <Table label="Variants of the message" columns={COLUMNS} rows={[...variants.values()]} rowKey={(row) => String(row[0])} empty="None in this range" />
      </Section>
    </div>
  );
}
