import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ErrorGroup, mergeErrors, splitErrors } from '../../api/pages';
import { useAnnounce } from '../../hooks/useAnnounce';
import { membersOf } from '../../lib/errors';
import { plural } from '../../lib/number';

interface Done {
  text: string;
  undo: () => Promise<void>;
}

/** Puts errors together and apart. What was done is told, and can be undone. */
export function useRegroup() {
  const cache = useQueryClient();
  const announce = useAnnounce();
  const [done, setDone] = useState<Done | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const run = async (change: () => Promise<unknown>, then: Done | null, said: string) => {
    setBusy(true);
    setProblem('');
    try {
      await change();
      setDone(then);
      announce(said);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    await Promise.all(['errors', 'error', 'error events'].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    setBusy(false);
  };

  /** The most frequent names the group. */
  const merge = async (groups: readonly ErrorGroup[]) => {
    const [first, ...others] = groups.toSorted((a, b) => b.count - a.count);
    if (!first || others.length === 0) return;
    const { service, fingerprint } = first;
    const apart = async () => {
      await splitErrors(service, fingerprint);
      for (const group of groups) if (membersOf(group).length > 1) await mergeErrors(service, membersOf(group));
    };
    const text = `${plural(groups.length, 'error')} put together.`;
    await run(() => mergeErrors(service, [first, ...others].map((g) => g.fingerprint)), { text, undo: () => run(apart, null, 'Apart again') }, text);
  };

  const split = async (group: ErrorGroup, fingerprints: string[]) => {
    const { service, fingerprint } = group;
    const text = `${plural(fingerprints.length, 'error')} taken out of this group.`;
    await run(() => splitErrors(service, fingerprint, fingerprints), { text, undo: () => run(() => mergeErrors(service, membersOf(group)), null, 'Together again') }, text);
  };

  return { merge, split, done, problem, busy };
}
