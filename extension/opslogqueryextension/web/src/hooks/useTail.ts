import { useCallback, useEffect, useRef, useState } from 'react';
import { API_BASE } from '../api/client';
import type { ListFilter } from '../api/queries';
import type { Operation } from '../api/types';
import { parseJSON } from '../lib/json';
import { type ServerEvent, eventParser } from '../lib/sse';
import { type TailRow, takeTail } from '../lib/tail';

const LONGEST_MS = 15_000;
const RATE_MS = 5_000;

export interface TailState {
  connected: boolean;
  /** Operations a second, lately. */
  rate: number;
  /** Left out by the server, which sends only so many a second. */
  dropped: number;
}

const QUIET: TailState = { connected: false, rate: 0, dropped: 0 };

function addressOf({ q, service, status, kind }: ListFilter): string {
  const params = new URLSearchParams(Object.entries({ q, service, status, kind }).filter((pair): pair is [string, string] => Boolean(pair[1])));
  return `${API_BASE}/tail?${params}`;
}

async function* eventsOf(url: string, after: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const response = await fetch(url, { signal, headers: after ? { 'Last-Event-ID': after } : {} });
  if (!response.ok || !response.body) throw new Error(`the tail answered ${response.status}`);
  const [reader, parse] = [response.body.pipeThrough(new TextDecoderStream()).getReader(), eventParser()];
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield* parse(part.value);
}

/**
 * Operations as they end, from the moment it is enabled. While it is held, what comes waits and is counted. A connection
 * that breaks is taken up where it broke.
 */
export function useTail(filter: ListFilter, enabled: boolean, held: boolean) {
  const [rows, setRows] = useState<TailRow[]>([]);
  const late = useRef<TailRow[]>([]);
  const [waiting, setWaiting] = useState(0);
  const [state, setState] = useState(QUIET);
  const holding = useRef(held);
  const url = addressOf(filter);

  const release = useCallback(() => {
    const fresh = late.current.toReversed();
    late.current = [];
    setWaiting(0);
    if (fresh.length > 0) setRows((before) => takeTail(before, fresh));
  }, []);
  useEffect(() => {
    holding.current = held;
    if (!held) queueMicrotask(release);
  }, [held, release]);

  useEffect(() => {
    if (!enabled) return;
    const stop = new AbortController();
    const stopped = () => stop.signal.aborted;
    let [after, pause, times]: [string, number, number[]] = ['', 500, []];
    let batch: TailRow[] = [];
    const flush = () => {
      if (batch.length === 0) return;
      const fresh = batch;
      batch = [];
      if (holding.current) {
        late.current = takeTail(late.current, fresh);
        setWaiting(late.current.length);
      } else setRows((before) => takeTail(before, fresh));
    };
    const take = ({ event, id, data }: ServerEvent) => {
      const now = performance.now();
      if (id) after = id;
      if (event === 'op') {
        batch.push(parseJSON(data) as Operation);
        times.push(now);
      } else if (event === 'gap') batch.push({ gap: parseJSON(data) as { from: string; to: string } });
      else if (event === 'stats') {
        times = times.filter((t) => now - t < RATE_MS);
        flush();
        setState({ connected: true, rate: times.length / (RATE_MS / 1000), dropped: (parseJSON(data) as { dropped: number }).dropped });
      } else if (event === 'ready') {
        pause = 500;
        setState((before) => ({ ...before, connected: true }));
      }
    };
    const follow = async () => {
      while (!stopped()) {
        try {
          for await (const event of eventsOf(url, after, stop.signal)) take(event);
        } catch {
          // asked again below
        }
        if (stopped()) return;
        flush();
        setState((before) => ({ ...before, connected: false }));
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(LONGEST_MS, pause * 2);
      }
    };
    void follow();
    return () => {
      stop.abort();
      setRows([]);
      late.current = [];
      setWaiting(0);
      setState(QUIET);
    };
  }, [enabled, url]);

  return { rows, waiting, state };
}
