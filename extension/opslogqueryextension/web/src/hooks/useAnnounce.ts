import { useCallback } from 'react';

/** Says something to screen readers, politely, through the page's one live region. */
export function useAnnounce() {
  return useCallback((text: string) => {
    const region = document.getElementById('announcer');
    if (region) region.textContent = text;
  }, []);
}
