import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { type ListFilter, servicesQuery } from '../../api/queries';
import type { Service } from '../../api/types';
import button from '../../components/Button.module.css';
import { Select } from '../../components/Select';
import { cx } from '../../lib/cx';
import { formatCount, plural } from '../../lib/number';
import type { ListSearch } from '../../lib/search';
import css from './Filters.module.css';

const STATUS = [['', 'any status'], ['error', 'error'], ['ok', 'ok']] as const;
const KIND = [['', 'any kind'], ['command', 'command'], ['query', 'query'], ['unknown', 'unknown']] as const;
const SERVICES_MS = 15_000;

interface Props {
  filter: ListFilter;
  rows: number;
  more: boolean;
  live: boolean;
  paused: boolean;
  onPause: (paused: boolean) => void;
  onChange: (part: ListSearch) => void;
}

export function Filters({ filter, rows, more, live, paused, onPause, onChange }: Props) {
  const { from, to } = filter;
  const services = useQuery({ ...servicesQuery({ from, to }), placeholderData: keepPreviousData, refetchInterval: live ? SERVICES_MS : false }).data?.items;
  const options = (services ?? []).map((s) => [s.name, `${s.name} (${formatCount(s.operations)})`] as const);
  const Icon = paused ? Play : Pause;
  return (
    <>
      <Select label="Service" value={filter.service ?? ''} options={[['', 'all services'], ...options]} onChange={(service) => onChange({ service })} />
      <Select label="Status" value={filter.status ?? ''} options={STATUS} onChange={(status) => onChange({ status })} />
      <Select label="Kind" value={filter.kind ?? ''} options={KIND} onChange={(kind) => onChange({ kind })} />
      <Summary filter={filter} services={services} rows={rows} more={more} />
      {live && (
        <button type="button" className={cx(button.button, css.live)} aria-pressed={!paused} onClick={() => onPause(!paused)} data-testid="live"
          title={paused ? 'Show new operations as they come' : 'New operations are shown as they come. Click to pause.'}>
          <span className={paused ? css.still : css.beat} aria-hidden />{paused ? 'Paused' : 'Live'}<Icon size={12} aria-hidden />
        </button>
      )}
    </>
  );
}

/** Counts of the whole range, where the server's sums answer the filter; otherwise of what is loaded. */
function Summary({ filter, services, rows, more }: { filter: ListFilter; services: Service[] | undefined; rows: number; more: boolean }) {
  const { q, status, kind, service } = filter;
  if (q || status || kind || !services) return <p className={css.summary}>{rows > 0 ? `${plural(rows, 'operation')}${more ? ' loaded, scroll for more' : ''}` : ''}</p>;
  const counted = services.filter((s) => !service || s.name === service);
  const operations = counted.reduce((n, s) => n + s.operations, 0);
  const errors = counted.reduce((n, s) => n + s.errors, 0);
  return (
    <p className={css.summary}>
      {plural(operations, 'operation')}
      {errors > 0 && <span className={css.errors}> · {plural(errors, 'error')} ({((100 * errors) / operations).toFixed(1)} %)</span>}
    </p>
  );
}
