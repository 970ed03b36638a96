import { Equal, EqualNot } from 'lucide-react';
import { type MouseEvent, memo, useState } from 'react';
import type { Operation } from '../../api/types';
import { cx } from '../../lib/cx';
import css from './OperationRow.module.css';
import type { CellContext, Column } from './columns';

interface Props extends CellContext {
  op: Operation;
  columns: Column[];
  index: number;
  top: number;
  height: number;
  narrow: boolean;
  selected: boolean;
  marked: boolean;
  onOpen: (id: string) => void;
  onPeek: (id: string) => void;
  onFilter: (field: string, value: unknown, not: boolean) => void;
}

export const OperationRow = memo(function OperationRow(props: Props) {
  const { op, columns, index, top, height, narrow, selected, marked, onOpen, onPeek } = props;
  const [hovered, setHovered] = useState(false);
  const click = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('button')) return;
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    if (event.shiftKey) onPeek(op.operation_id);
    else if (window.getSelection()?.isCollapsed !== false) onOpen(op.operation_id);
  };
  return (
    <div id={`op-${op.operation_id}`} role="row" aria-rowindex={index + 2} aria-selected={selected} data-testid="operation-row" onClickCapture={click}
      onPointerEnter={() => setHovered(true)} onPointerLeave={() => setHovered(false)}
      className={cx(css.row, narrow && css.narrow, selected && css.selected, marked && css.marked)} style={{ transform: `translateY(${top}px)`, height }}>
      {columns.map((column) => (
        <span key={column.id} role="gridcell" data-column={column.id} className={cx(css.cell, column.right && css.right)}>
          {column.cell(op, props)}
          {hovered && !narrow && <CellFilter {...props} column={column} />}
        </span>
      ))}
    </div>
  );
});

/** Only rows with the cell's value, or without it: what it does is seen in the query, which so teaches itself. */
function CellFilter({ op, column, onFilter }: Props & { column: Column }) {
  const pair = column.filter?.(op);
  if (!pair) return null;
  const [field, value] = pair;
  const run = (event: MouseEvent, not: boolean) => {
    event.stopPropagation();
    onFilter(field, value, not);
  };
  return (
    <span className={css.filter}>
      <button type="button" tabIndex={-1} title={`Only ${field} = ${String(value)}`} aria-label="Only these" onClick={(event) => run(event, false)}><Equal size={12} aria-hidden /></button>
      <button type="button" tabIndex={-1} title={`Not ${field} = ${String(value)}`} aria-label="Without these" onClick={(event) => run(event, true)}><EqualNot size={12} aria-hidden /></button>
    </span>
  );
}
