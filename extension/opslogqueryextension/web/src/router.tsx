import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Frame } from './components/Frame';
import { PageError, PageNotFound } from './components/PageStates';
import type { AlertsSearch, CommandsSearch, ErrorSearch, ErrorsSearch, LatencySearch, MapSearch, QualitySearch } from './lib/pageSearch';
import { type ListSearch, type OperationSearch, parseSearch, stringifySearch, validateSearch } from './lib/search';
import { OperationsPage } from './pages/operations/OperationsPage';

const root = createRootRoute({ component: Frame, notFoundComponent: PageNotFound, errorComponent: PageError });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/operations', replace: true, throw: true });
  },
});

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: (raw): ListSearch => validateSearch(raw),
  component: OperationsPage,
});

const operation = createRoute({
  getParentRoute: () => root,
  path: '/operations/$operationId',
  validateSearch: (raw): OperationSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/operation/OperationPage'), 'OperationPage'),
});

const trace = createRoute({
  getParentRoute: () => root, path: '/trace/$traceId', validateSearch: (raw): OperationSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/go/TracePage'), 'TracePage'),
});

const shortLink = createRoute({
  getParentRoute: () => root, path: '/s/$shortId', component: lazyRouteComponent(() => import('./pages/go/ShortLinkPage'), 'ShortLinkPage'),
});

const errors = createRoute({
  getParentRoute: () => root, path: '/errors', validateSearch: (raw): ErrorsSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/errors/ErrorsPage'), 'ErrorsPage'),
});

const error = createRoute({
  getParentRoute: () => root, path: '/errors/$fingerprint', validateSearch: (raw): ErrorSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/errors/ErrorPage'), 'ErrorPage'),
});

const map = createRoute({
  getParentRoute: () => root, path: '/map', validateSearch: (raw): MapSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/map/MapPage'), 'MapPage'),
});

const latency = createRoute({
  getParentRoute: () => root, path: '/latency', validateSearch: (raw): LatencySearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/latency/LatencyPage'), 'LatencyPage'),
});

const quality = createRoute({
  getParentRoute: () => root, path: '/quality', validateSearch: (raw): QualitySearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/quality/QualityPage'), 'QualityPage'),
});

const serviceQuality = createRoute({
  getParentRoute: () => root, path: '/quality/$name', validateSearch: (raw): QualitySearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/quality/ServiceQualityPage'), 'ServiceQualityPage'),
});

const commands = createRoute({
  getParentRoute: () => root, path: '/commands', validateSearch: (raw): CommandsSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/commands/CommandsPage'), 'CommandsPage'),
});

const alerts = createRoute({
  getParentRoute: () => root, path: '/alerts', validateSearch: (raw): AlertsSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/alerts/AlertsPage'), 'AlertsPage'),
});

const alert = createRoute({
  getParentRoute: () => root, path: '/alerts/$alertId', validateSearch: (raw): AlertsSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/alerts/AlertPage'), 'AlertPage'),
});

const settings = createRoute({
  getParentRoute: () => root, path: '/settings', validateSearch: (raw): AlertsSearch => validateSearch(raw),
  component: lazyRouteComponent(() => import('./pages/settings/SettingsPage'), 'SettingsPage'),
});

/** Routes live under the path of the page's base, which the server sets. */
export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([index, operations, operation, trace, shortLink, errors, error, map, latency, quality, serviceQuality, commands, alerts, alert, settings]),
    basepath: new URL(document.baseURI).pathname,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface HistoryState {
    /** The list that an operation was opened from. */
    list?: ListSearch;
  }
}
