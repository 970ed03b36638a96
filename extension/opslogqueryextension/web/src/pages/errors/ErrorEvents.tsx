import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ErrorGroup, type Filter, errorEventsQuery } from '../../api/pages';
import type { Operation } from '../../api/types';
import { Answered } from '../../components/Answered';
import { OperationLink } from '../../components/SpanLink';
import { StatusMark } from '../../components/StatusMark';
import { type Column, Table } from '../../components/Table';
import { formatDuration } from '../../lib/duration';
import { groupText } from '../../lib/errors';
import { formatCount } from '../../lib/number';
import { type ErrorSearch, carried } from '../../lib/pageSearch';
import { clip } from '../../lib/text';
import { formatMoment, isoNs } from '../../lib/time';
import css from './Errors.module.css';

const COLUMNS: Column<Operation>[] = [
  { name: 'Operation', head: true, cell: (op) => <OperationLink id={op.operation_id}><bdi>{clip(op.name ?? 'unnamed', 120)}</bdi></OperationLink> },
  { name: 'Time', cell: (op) => <span title={isoNs(op.start_time)}>{formatMoment(op.start_time, new Date())}</span> },
  { name: 'Status', cell: (op) => <StatusMark status={op.status} status_code={op.status_code} transport={op.transport} /> },
  { name: 'User', cell: (op) => <bdi>{clip(op.user_id ?? '', 60)}</bdi> },
  { name: 'Version', cell: (op) => <bdi>{clip(op.service_version ?? '', 40)}</bdi> },
  { name: 'Message', wide: true, cell: (op) => <bdi>{clip(op.error_message ?? '', 160)}</bdi> },
  { name: 'Duration', number: true, cell: (op) => formatDuration(op.duration) },
];

/** The operations that ended in the error, newest first. */
export function ErrorEvents({ group, filter, search }: { group: ErrorGroup; filter: Filter; search: ErrorSearch }) {
  const result = useQuery(errorEventsQuery(group.fingerprint, filter));
  return (
    <Answered result={result} name="The operations of the error">
      {(page) => (
        <>
          <div className={css.row}>
            <span className={css.note}>{formatCount(page.items.length)}{page.total !== undefined && page.total > page.items.length ? ` of ${formatCount(page.total)}` : ''}, newest first</span>
            <Link to="/operations" search={{ ...carried(search), q: groupText(group) }}>Open in Operations</Link>
          </div>
          <Table label="Operations of the error" columns={COLUMNS} rows={page.items} rowKey={(op) => op.operation_id} testId="error-event" empty="None in this range" />
        </>
      )}
    </Answered>
  );
}
