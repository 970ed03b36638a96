import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { makeRouter } from '../router';

/** The whole application at an address. */
export function renderAt(path: string) {
  window.history.replaceState(null, '', path);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 1_000 } } });
  return render(<QueryClientProvider client={queries}><RouterProvider router={makeRouter()} /></QueryClientProvider>);
}
