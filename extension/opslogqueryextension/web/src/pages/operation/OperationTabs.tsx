import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { isNotFound } from '../../api/errors';
import { logsQuery, traceQuery } from '../../api/queries';
import type { Operation } from '../../api/types';
import { Tabs, type Tab } from '../../components/Tabs';
import { toDate } from '../../lib/time';
import { AttributesTab } from './AttributesTab';
import { BeforeTab } from './BeforeTab';
import { CompareTab } from './CompareTab';
import { ErrorTab } from './ErrorTab';
import { LogsTab } from './LogsTab';
import { PayloadTab } from './PayloadTab';
import { RawTab } from './RawTab';
import { StepsTab } from './StepsTab';
import { StoryTab } from './StoryTab';
import { TimelineTab } from './TimelineTab';

/** Spans and logs come some time after the record: samplers wait for the end of the trace. */
const ARRIVING_MS = 60_000;
const AGAIN_MS = 3_000;

function tabsOf(op: Operation, logs: number | undefined): Tab[] {
  const steps = (op.external?.length ?? 0) + (op.effects?.length ?? 0);
  const attributes = Object.keys(op.attributes ?? {}).length;
  return [
    { id: 'timeline', label: 'Timeline' },
    { id: 'payload', label: 'Request & response' },
    ...(op.status === 'error' ? [{ id: 'error', label: 'Error' }] : []),
    { id: 'before', label: op.status === 'error' ? 'Before the error' : 'Before' },
    { id: 'steps', label: 'Steps & effects', ...(steps > 0 && { note: steps }) },
    { id: 'logs', label: 'Logs', ...(logs && { note: logs }) },
    { id: 'compare', label: 'Compare' },
    { id: 'story', label: 'In words' },
    { id: 'attributes', label: 'Attributes', ...(attributes > 0 && { note: attributes }) },
    { id: 'raw', label: 'Raw' },
  ];
}

export function OperationTabs({ op }: { op: Operation }) {
  const search = useSearch({ from: '/operations/$operationId' });
  const navigate = useNavigate({ from: '/operations/$operationId' });
  const [opened] = useState(Date.now);
  const arriving = opened - toDate(op.start_time).getTime() - op.duration / 1e6 < ARRIVING_MS;
  const refetchInterval = arriving ? AGAIN_MS : (false as const);
  const trace = useQuery({ ...traceQuery(op), refetchInterval, retry: (failures, error) => !isNotFound(error) && failures < 2 });
  const logs = useQuery({ ...logsQuery(op), refetchInterval });
  const tabs = tabsOf(op, logs.data?.items.length);
  const active = tabs.find((tab) => tab.id === search.tab)?.id ?? 'timeline';
  const select = (tab: string) => void navigate({ search: (before) => ({ ...before, tab }), state: true });
  return (
    <>
      <Tabs tabs={tabs} active={active} label="Parts of the operation" onSelect={select} />
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${active}`}>
        {active === 'timeline' && <TimelineTab op={op} trace={trace} logs={logs.data?.items ?? []} arriving={arriving} />}
        {active === 'payload' && <PayloadTab op={op} />}
        {active === 'error' && <ErrorTab op={op} />}
        {active === 'before' && <BeforeTab op={op} />}
        {active === 'compare' && <CompareTab op={op} />}
        {active === 'story' && <StoryTab op={op} />}
        {active === 'steps' && <StepsTab op={op} />}
        {active === 'logs' && <LogsTab op={op} logs={logs} />}
        {active === 'attributes' && <AttributesTab op={op} />}
        {active === 'raw' && <RawTab op={op} />}
      </div>
    </>
  );
}
