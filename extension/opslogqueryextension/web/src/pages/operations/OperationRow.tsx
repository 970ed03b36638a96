import { Link } from '@tanstack/react-router';
import { type MouseEvent, memo } from 'react';
import type { Operation } from '../../api/types';
import { KindBadge } from '../../components/Badge';
import { ServiceName } from '../../components/ServiceName';
import { StatusMark } from '../../components/StatusMark';
import { cx } from '../../lib/cx';
import { formatClock, formatDay, isoNs } from '../../lib/time';
import { clip } from '../../lib/text';
import { DurationCell, SpansCell, WhatCell } from './cells';
import css from './OperationRow.module.css';
import table from './OperationsTable.module.css';

interface Props {
  op: Operation;
  index: number;
  top: number;
  height: number;
  longest: number;
  narrow: boolean;
  now: Date;
  selected: boolean;
  onOpen: (id: string) => void;
}

/** The concrete path, where the name does not say it already. */
function concrete(op: Operation): string {
  return op.target && !op.name?.includes(op.target) ? op.target : '';
}

export const OperationRow = memo(function OperationRow(props: Props) {
  const { op, index, top, height, narrow, selected, onOpen } = props;
  const click = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (window.getSelection()?.isCollapsed !== false) onOpen(op.operation_id);
  };
  return (
    <div id={`op-${op.operation_id}`} role="row" aria-rowindex={index + 2} aria-selected={selected} data-testid="operation-row" onClick={click}
      className={cx(css.row, narrow ? css.narrow : table.grid, selected && css.selected)} style={{ transform: `translateY(${top}px)`, height }}>
      <TimeCell op={op} now={props.now} />
      <span role="gridcell" className={css.status}><StatusMark status={op.status} status_code={op.status_code} transport={op.transport} /></span>
      <span role="gridcell" className={css.kind}><KindBadge kind={op.kind} /></span>
      <span role="gridcell" className={css.name}>
        <Link to="/operations/$operationId" params={{ operationId: op.operation_id }} search={{}} tabIndex={-1} onClick={click} preload={false}>
          <bdi>{clip(op.name ?? 'unnamed')}</bdi>
        </Link>
        {concrete(op) && <bdi className={css.target} title={clip(concrete(op), 2000)}>{clip(concrete(op))}</bdi>}
      </span>
      <span role="gridcell" className={css.service}><ServiceName name={op.service_name} /></span>
      <DurationCell op={op} longest={props.longest} />
      <SpansCell op={op} />
      <WhatCell op={op} />
    </div>
  );
});

function TimeCell({ op, now }: { op: Operation; now: Date }) {
  const day = formatDay(op.start_time, now);
  return (
    <span role="gridcell" className={css.time} title={isoNs(op.start_time)}>
      {day && <span className={css.day}>{day} </span>}{formatClock(op.start_time)}
    </span>
  );
}
