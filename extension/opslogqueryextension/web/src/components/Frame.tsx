import { Link, Outlet } from '@tanstack/react-router';
import { Bell, CircleHelp, CircleX, Gauge, ListTree, Network, PenLine, Search, Settings, ShieldCheck } from 'lucide-react';
import { Suspense, lazy, useCallback, useState } from 'react';
import { useBusy } from '../hooks/useBusy';
import { useGoKeys } from '../hooks/useGoKeys';
import { useKeys } from '../hooks/useKeys';
import { usePaletteKey } from '../hooks/usePaletteKey';
import { useRecovery, useStatus } from '../hooks/useStatus';
import { useZone } from '../hooks/useZone';
import { carried } from '../lib/pageSearch';
import css from './Frame.module.css';
import { HelpDialog } from './HelpDialog';
import { Logo } from './Logo';
import { ServerBanner } from './ServerBanner';
import { ThemeButton } from './ThemeButton';

const Palette = lazy(() => import('./Palette').then((m) => ({ default: m.Palette })));

const PAGES = [
  { to: '/operations', label: 'Operations', icon: ListTree, key: 'o' },
  { to: '/errors', label: 'Errors', icon: CircleX, key: 'e' },
  { to: '/alerts', label: 'Alerts', icon: Bell, key: 'a' },
  { to: '/map', label: 'Map', icon: Network, key: 'm' },
  { to: '/latency', label: 'Latency', icon: Gauge, key: 'l' },
  { to: '/quality', label: 'Quality', icon: ShieldCheck, key: 'q' },
  { to: '/commands', label: 'Commands', icon: PenLine, key: 'c' },
  { to: '/settings', label: 'Settings', icon: Settings, key: 's' },
] as const;

/** What stands around every page: the rail of pages, and word of the server when it is gone. */
export function Frame() {
  const { status, gone, retry } = useStatus();
  useRecovery(gone);
  const busy = useBusy();
  const { utc } = useZone();
  const [help, setHelp] = useState(false);
  const closeHelp = useCallback(() => setHelp(false), []);
  const [palette, setPalette] = useState(false);
  usePaletteKey(() => setPalette(true));
  useKeys({ '?': () => setHelp(true) });
  useGoKeys(PAGES);
  return (
    <div className={css.frame}>
      <a className={css.skip} href="#main" onClick={(e) => { e.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to content</a>
      <nav className={css.rail} aria-label="Pages">
        <Link to="/operations" className={css.logo} aria-label="opslog, to the operations"><Logo /></Link>
        {PAGES.map(({ to, label, icon: Icon, key }) => (
          <Link key={to} to={to} search={carried} className={css.item} activeOptions={{ includeSearch: false }} activeProps={{ 'aria-current': 'page' }} title={`${label} (g ${key})`}>
            <Icon size={18} aria-hidden /><span>{label}</span>
          </Link>
        ))}
        <span className={css.space} />
        <button type="button" className={css.item} onClick={() => setPalette(true)} title="Go to (Ctrl+K)" data-testid="go-to"><Search size={18} aria-hidden /><span>Go to</span></button>
        <ThemeButton />
        <button type="button" className={css.item} onClick={() => setHelp(true)} title="Help (?)"><CircleHelp size={18} aria-hidden /><span>Help</span></button>
      </nav>
      <main className={css.main} id="main" tabIndex={-1}>
        <ServerBanner gone={gone} busy={busy} version={status?.version} retry={() => void retry()} />
        <div className={css.outlet} key={utc ? 'utc' : 'here'}><Outlet /></div>
      </main>
      <div id="announcer" className="visually-hidden" aria-live="polite" />
      {palette && <Suspense><Palette pages={PAGES} close={() => setPalette(false)} /></Suspense>}
      {help && <HelpDialog close={closeHelp} version={status?.version} />}
    </div>
  );
}
