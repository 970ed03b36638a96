import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { savedQuery } from '../api/explore';
import { servicesQuery } from '../api/queries';
import { plural } from '../lib/number';
import { type PaletteItem, filterItems, idItems } from '../lib/palette';
import { quote } from '../lib/queryText';
import { DEFAULT_RANGE } from '../lib/range';
import { parseSearch, validateSearch } from '../lib/search';
import css from './Palette.module.css';

interface Props {
  pages: readonly { to: string; label: string; key: string }[];
  close: () => void;
}

const MOST = 12;

/** Goes anywhere by a few letters: pages, services, saved queries, an id of a trace or an operation. */
export function Palette({ pages, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const list = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const services = useQuery(servicesQuery(DEFAULT_RANGE)).data?.items ?? [];
  const saved = useQuery(savedQuery()).data?.items ?? [];
  useEffect(() => dialog.current?.showModal(), []);

  const all: PaletteItem[] = [
    ...pages.map(({ to, label, key }) => ({ kind: 'Page', label, detail: `g ${key}`, to })),
    ...saved.map(({ name, query, view }) => ({ kind: 'Saved', label: name, detail: query, to: '/operations', search: view ? validateSearch(parseSearch(view)) : { q: query } })),
    ...services.map(({ name, operations }) => ({ kind: 'Service', label: name, detail: plural(operations, 'operation'), to: '/operations', search: { q: `service = ${quote(name)}` } })),
  ];
  const items = [...idItems(text), ...filterItems(all, text)].slice(0, MOST);
  const go = (item: PaletteItem | undefined) => {
    if (!item && text.trim() === '') return;
    dialog.current?.close();
    void navigate(item ? { to: item.to, search: item.search ?? {} } : { to: '/operations', search: { q: text.trim() } });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(items.length - 1, active + 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(0, active - 1));
    else if (event.key === 'Enter') go(items[active]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} className={css.dialog} aria-label="Go to" onClose={close} onClick={(event) => event.target === dialog.current && dialog.current.close()} data-testid="palette">
      <input className={css.input} value={text} autoFocus role="combobox" aria-expanded aria-controls={list} aria-activedescendant={items[active] ? `${list}-${active}` : undefined} aria-label="Go to"
        placeholder="page, service, saved query, trace id" spellCheck={false} onChange={(event) => { setText(event.target.value); setActive(0); }} onKeyDown={onKeyDown} />
      <ul id={list} role="listbox" aria-label="Destinations" className={css.items}>
        {items.map((item, i) => (
          <li key={`${item.kind} ${item.label}`} id={`${list}-${i}`} role="option" aria-selected={i === active} onPointerMove={() => setActive(i)} onClick={() => go(item)}>
            <span className={css.kind}>{item.kind}</span><bdi className={css.label}>{item.label}</bdi><bdi className={css.detail}>{item.detail}</bdi>
          </li>
        ))}
      </ul>
      {items.length === 0 && <p className={css.none}>Enter looks for operations with “{text.trim()}”</p>}
    </dialog>
  );
}
