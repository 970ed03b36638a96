import './styles/tokens.css';
import './styles/base.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ServerGone, againAfter, isBusy } from './api/errors';
import { initTheme } from './hooks/useTheme';
import { initZone } from './hooks/useZone';
import { askEarly } from './early';
import { makeRouter } from './router';

initTheme();
initZone();

const queries: QueryClient = new QueryClient({
  // Whoever finds the server gone has the status asked, which says so and waits for its return.
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ServerGone && query.queryKey[0] !== 'status') void queries.refetchQueries({ queryKey: ['status'] }, { cancelRefetch: false });
    },
  }),
  defaultOptions: {
    // A server on this machine answers without a network too. A connection that broke is tried again twice; after
    // that the status waits for the server's return, and all that failed is asked again.
    queries: { networkMode: 'always', retry: (failures, error) => (error instanceof ServerGone && failures < 2) || (isBusy(error) && failures < 5), retryDelay: (_, error) => againAfter(error) ?? 400, refetchOnWindowFocus: false, refetchOnReconnect: false, staleTime: 1_000 },
  },
});

askEarly(queries);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={makeRouter()} />
    </QueryClientProvider>
  </StrictMode>,
);
