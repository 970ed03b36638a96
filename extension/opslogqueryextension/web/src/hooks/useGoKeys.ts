import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { carried } from '../lib/pageSearch';
import { areKeysOff, isTyping } from './useKeys';

const WAIT_MS = 1_200;

interface Destination {
  to: '/operations' | '/errors' | '/alerts' | '/map' | '/latency' | '/quality' | '/commands' | '/settings';
  key: string;
}

/** "g" and a letter go to a page. The letter is taken before any page sees it. */
export function useGoKeys(destinations: readonly Destination[]) {
  const navigate = useNavigate();
  const since = useRef(-Infinity);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') || areKeysOff()) return;
      const waiting = event.timeStamp - since.current < WAIT_MS;
      since.current = event.key === 'g' ? event.timeStamp : -Infinity;
      const page = waiting ? destinations.find((d) => d.key === event.key) : undefined;
      if (!page) return;
      event.preventDefault();
      event.stopPropagation();
      void navigate({ to: page.to, search: carried });
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [destinations, navigate]);
}
