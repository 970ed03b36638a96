import { RotateCw, TriangleAlert } from 'lucide-react';
import { Badge } from '../../components/Badge';
import button from '../../components/Button.module.css';
import { ServiceName } from '../../components/ServiceName';
import { StatusMark } from '../../components/StatusMark';
import { type Column, Table } from '../../components/Table';
import { effectsText, isHalfDone } from '../../lib/effects';
import { clip } from '../../lib/text';
import { formatMoment, isoNs } from '../../lib/time';
import css from './Commands.module.css';
import type { Entry } from './CommandsPage';
import { reviewName } from './reviews';

interface Props {
  entries: readonly Entry[];
  selected: string | undefined;
  onSelect: (id: string) => void;
}

/** Who changed what, and how it ended. */
export function CommandsTable({ entries, selected, onSelect }: Props) {
  const now = new Date();
  const columns: Column<Entry>[] = [
    {
      name: 'Command', head: true,
      cell: ({ op }) => (
        <>
          <button type="button" className={button.link} aria-pressed={op.operation_id === selected} onClick={() => onSelect(op.operation_id)}><bdi>{clip(op.name ?? 'unnamed', 120)}</bdi></button>
          {op.target && !op.name?.includes(op.target) && <bdi className={css.target} title={clip(op.target, 1_000)}>{clip(op.target, 90)}</bdi>}
        </>
      ),
    },
    { name: 'Time', cell: ({ op }) => <span title={isoNs(op.start_time)} className={css.time}>{formatMoment(op.start_time, now)}</span> },
    { name: 'Actor', cell: ({ op }) => <bdi>{clip(op.user_id ?? op.client_address ?? '–', 40)}</bdi> },
    { name: 'Service', wide: true, cell: ({ op }) => <ServiceName name={op.service_name} version={op.service_version} /> },
    { name: 'Result', cell: ({ op }) => <StatusMark status={op.status} status_code={op.status_code} transport={op.transport} /> },
    { name: 'Effects', cell: (entry) => <Effects entry={entry} /> },
    { name: 'Marks', cell: (entry) => <Marks entry={entry} /> },
    { name: 'Review', cell: ({ reviews }) => <ReviewBadge state={reviews.at(-1)?.state} /> },
  ];
  return <div className={css.list}><Table label="Commands" columns={columns} rows={entries} rowKey={(e) => e.op.operation_id} selected={selected} testId="command-row" /></div>;
}

function Effects({ entry: { effects } }: { entry: Entry }) {
  if (effects.length === 0) return <span className={css.none}>–</span>;
  const half = isHalfDone(effects);
  return <span className={half ? css.half : undefined} title={half ? 'Some effects stand, others do not' : 'Effects that stand, of all'}>{half && <TriangleAlert size={13} aria-hidden />}{effectsText(effects)}<span className="visually-hidden"> effects stand</span></span>;
}

function Marks({ entry: { op } }: { entry: Entry }) {
  return (
    <span className={css.marks}>
      {op.destructive && <Badge tone="warn" title="Deletes or overwrites">destructive</Badge>}
      {Number(op.attempt) > 1 && <Badge title="It was tried before"><RotateCw size={10} aria-hidden /> attempt {op.attempt}</Badge>}
      {op.dead_lettered && <Badge tone="warn" title="The message was given up on">dead letter</Badge>}
      {op.kind === 'unknown' && <Badge title="Not known whether it changes state">unknown</Badge>}
    </span>
  );
}

export function ReviewBadge({ state }: { state: string | undefined }) {
  if (!state) return <span className={css.none}>–</span>;
  return <Badge tone={state === 'needs_review' ? 'warn' : 'plain'}>{reviewName(state)}</Badge>;
}
