import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, Trash2 } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import { forgetQuery, saveQuery, savedQuery } from '../../api/explore';
import button from '../../components/Button.module.css';
import { Popover } from '../../components/Popover';
import { useStatus } from '../../hooks/useStatus';
import { type ListSearch, parseSearch, stringifySearch, validateSearch } from '../../lib/search';
import css from './SavedMenu.module.css';

interface Props {
  search: ListSearch;
  onChange: (part: ListSearch) => void;
}

const EMPTY: ListSearch = { q: '', from: '', to: '', service: '', status: '', kind: '', sort: '', cols: '', widths: '', view: '', live: '', health: '' };

/** Queries with a name. What is saved is the whole state of the list, as its link has it. */
export function SavedMenu(props: Props) {
  return <Popover label="Saved" icon={Bookmark} testId="saved">{(close) => <Menu {...props} close={close} />}</Popover>;
}

function Menu({ search, onChange, close }: Props & { close: () => void }) {
  const cache = useQueryClient();
  const saved = useQuery(savedQuery());
  const keeps = useStatus().status?.capabilities.save ?? false;
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const again = () => void cache.invalidateQueries({ queryKey: savedQuery().queryKey });
  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    try {
      await saveQuery({ name: name.trim(), query: search.q ?? '', view: stringifySearch({ ...search, sel: undefined }) });
      setName('');
      setProblem('');
      again();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const open = (view: string | undefined, query: string) => {
    close();
    onChange({ ...EMPTY, ...(view ? validateSearch(parseSearch(view)) : { q: query }) });
  };
  const items = saved.data?.items ?? [];
  return (
    <div className={css.menu}>
      {items.length === 0 && <p className={css.none}>Nothing is saved yet.</p>}
      <ul>
        {items.map(({ id = '', name: title, query, view }) => (
          <li key={id}>
            <button type="button" className={css.open} onClick={() => open(view, query)}><bdi>{title}</bdi><bdi className={css.query}>{query || 'all operations'}</bdi></button>
            {keeps && <button type="button" className={button.bare} aria-label={`Delete ${title}`} onClick={() => void forgetQuery(id).then(again)}><Trash2 size={13} aria-hidden /></button>}
          </li>
        ))}
      </ul>
      {keeps && (
        <form onSubmit={(event) => void save(event)}>
          <input value={name} onChange={(event) => setName(event.target.value)} placeholder="Name for this view" aria-label="Name for this view" maxLength={200} required />
          <button type="submit" className={button.primary}>Save</button>
        </form>
      )}
      {problem && <p className={css.problem} role="alert">{problem}</p>}
    </div>
  );
}
