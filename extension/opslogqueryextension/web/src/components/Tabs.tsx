import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import css from './Tabs.module.css';

export interface Tab {
  id: string;
  label: string;
  /** A number or mark behind the label. */
  note?: ReactNode;
}

interface Props {
  tabs: readonly Tab[];
  active: string;
  label: string;
  onSelect: (id: string) => void;
}

/** A tab list with the keyboard of the ARIA pattern; the caller renders the panel with id "panel". */
export function Tabs({ tabs, active, label, onSelect }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === active);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (!tab) return;
    event.preventDefault();
    onSelect(tab.id);
    list.current?.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus();
  };
  return (
    <div className={css.tabs} role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button key={tab.id} id={`tab-${tab.id}`} type="button" role="tab" className={css.tab} aria-selected={tab.id === active}
          aria-controls="panel" tabIndex={tab.id === active ? 0 : -1} onClick={() => onSelect(tab.id)}>
          {tab.label}{tab.note !== undefined && <span className={css.note}>{tab.note}</span>}
        </button>
      ))}
    </div>
  );
}
