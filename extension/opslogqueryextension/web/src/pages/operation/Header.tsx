import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useMemo } from 'react';
import type { Operation } from '../../api/types';
import { Badge, KindBadge } from '../../components/Badge';
import { CopyButton } from '../../components/CopyButton';
import { NewBadge } from '../../components/NewBadge';
import { Marked } from '../../components/Marked';
import { OutLinks } from '../../components/OutLinks';
import { StatusMark } from '../../components/StatusMark';
import { useNewErrors } from '../../hooks/useNewErrors';
import { formatDuration } from '../../lib/duration';
import { incompleteText } from '../../lib/outcome';
import type { ListSearch } from '../../lib/search';
import { HeaderFacts } from './HeaderFacts';
import { Neighbours } from './Neighbours';
import css from './Header.module.css';
import { useOperationLinks } from './useOutLinks';

export function Header({ op, list }: { op: Operation; list: ListSearch | undefined }) {
  const failed = op.status === 'error';
  const links = useOperationLinks(op);
  const isNew = useNewErrors(useMemo(() => [op], [op]));
  return (
    <header className={css.header}>
      <div className={css.top}>
        <Link to="/operations" search={list ?? {}} className={css.back}><ArrowLeft size={14} aria-hidden />Operations</Link>
        <span className={css.ways}>
          <OutLinks links={links} label="This operation elsewhere" />
          <CopyButton text={() => location.href} label="Copy a link to this page">Copy link</CopyButton>
        </span>
      </div>
      <div className={css.title}>
        <StatusMark status={op.status} status_code={op.status_code} transport={op.transport} />
        <h1><bdi>{op.name ?? 'unnamed'}</bdi></h1>
        <span className={css.duration}>{formatDuration(op.duration)}</span>
        <KindBadge kind={op.kind} />
        {op.destructive && <Badge tone="warn" title="Deletes or overwrites">destructive</Badge>}
        {!op.complete && <Badge tone="warn">{incompleteText(op.incomplete_reason)}</Badge>}
        {op.dead_lettered && <Badge tone="error">dead letter</Badge>}
      </div>
      {failed && (op.error_type || op.error_message || op.status_message) && (
        <p className={css.error}>{isNew(op) && <><NewBadge /> </>}{op.error_type && <strong><bdi>{op.error_type}</bdi></strong>} <Marked text={op.error_message ?? op.status_message ?? ''} /></p>
      )}
      <Neighbours op={op} />
      <HeaderFacts op={op} />
    </header>
  );
}
