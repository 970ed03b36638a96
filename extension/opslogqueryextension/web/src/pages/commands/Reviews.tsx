import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { type Review, reviewCommand, reviewsQuery } from '../../api/pages';
import button from '../../components/Button.module.css';
import { Select } from '../../components/Select';
import { useStatus } from '../../hooks/useStatus';
import { formatMoment } from '../../lib/time';
import css from './Commands.module.css';
import { ReviewBadge } from './CommandsTable';
import { REVIEWS } from './reviews';

/** What people said of a command, oldest first. It can be added to; nothing is ever changed or taken away. */
export function Reviews({ id }: { id: string }) {
  const cache = useQueryClient();
  const write = useStatus().status?.capabilities.write ?? false;
  const reviews = useQuery(reviewsQuery(id)).data?.items ?? [];
  const [state, setState] = useState<string>('needs_review');
  const [note, setNote] = useState('');
  const add = useMutation({
    mutationFn: (review: Review) => reviewCommand(id, review),
    onSuccess: async (answer) => {
      cache.setQueryData(reviewsQuery(id).queryKey, answer);
      setNote('');
      await cache.invalidateQueries({ queryKey: ['commands'] });
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    add.mutate({ state: state as Review['state'], ...(note.trim() && { note: note.trim() }) });
  };
  return (
    <section aria-label="Reviews" data-testid="reviews">
      <h3>Reviews</h3>
      {reviews.length === 0 && <p className={css.none}>Nobody has looked at it yet.</p>}
      <ol className={css.reviews}>
        {reviews.map((r, i) => <li key={i}><ReviewBadge state={r.state} /> {r.by && <bdi>{r.by}</bdi>} <small>{r.time ? formatMoment(r.time, new Date()) : ''}</small>{r.note && <p><bdi>{r.note}</bdi></p>}</li>)}
      </ol>
      {write && (
        <form className={css.review} onSubmit={submit}>
          <Select label="State" value={state} options={REVIEWS} onChange={setState} />
          <input value={note} onChange={(e) => setNote(e.target.value)} placeholder="Note (optional)" aria-label="Note" maxLength={2_000} />
          <button type="submit" className={button.button} disabled={add.isPending}>Add</button>
        </form>
      )}
      {add.error && <p className={css.red} role="alert">{add.error.message}</p>}
    </section>
  );
}
