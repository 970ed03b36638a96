import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Page } from '../../components/Page';
import { RangeTools } from '../../components/RangeTools';
import { Tabs } from '../../components/Tabs';
import { type LatencySearch, filterOf } from '../../lib/pageSearch';
import { Compare } from './Compare';
import { HeatmapView } from './HeatmapView';
import css from './Latency.module.css';
import { OverTime } from './OverTime';
import { Windows } from './Windows';

const USUAL = 'now-1h';
const MODES = [{ id: 'time', label: 'Over time' }, { id: 'heatmap', label: 'Heatmap' }, { id: 'compare', label: 'Compare versions' }, { id: 'windows', label: 'Compare windows' }];

export function LatencyPage() {
  const search = useSearch({ from: '/latency' });
  const navigate = useNavigate({ from: '/latency' });
  const { q, from, to, service } = search;
  const filter = useMemo(() => filterOf({ q, from, to, service }, USUAL), [q, from, to, service]);
  const [invalid, setInvalid] = useState(false);
  const change = (part: LatencySearch) => void navigate({ search: (before) => ({ ...before, ...part }) });
  const mode = MODES.some((m) => m.id === search.mode) ? (search.mode as string) : 'time';
  const props = { filter, search, onChange: change, onInvalid: setInvalid };
  return (
    <Page title="Latency" tools={<RangeTools search={search} usual={USUAL} invalid={invalid} onChange={change} />}>
      <Tabs tabs={MODES} active={mode} label="View" onSelect={(id) => change({ mode: id === 'time' ? '' : id })} />
      <div id="panel" role="tabpanel" aria-labelledby={`tab-${mode}`} className={css.panel}>
        {mode === 'time' && <OverTime {...props} />}
        {mode === 'heatmap' && <HeatmapView {...props} />}
        {mode === 'compare' && <Compare {...props} />}
        {mode === 'windows' && <Windows {...props} />}
      </div>
    </Page>
  );
}
