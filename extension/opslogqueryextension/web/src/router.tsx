import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Frame } from './components/Frame';
import { PageError, PageNotFound } from './components/PageStates';
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

/** Routes live under the path of the page's base, which the server sets. */
export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([index, operations, operation]),
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
