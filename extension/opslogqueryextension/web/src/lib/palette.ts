export interface PaletteItem {
  kind: string;
  label: string;
  detail: string;
  to: string;
  search?: Record<string, string>;
}

/** Those that have every word, the ones that begin with the first one in front. */
export function filterItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter((item) => words.every((word) => `${item.label} ${item.kind} ${item.detail}`.toLowerCase().includes(word)));
  const begins = (item: PaletteItem) => item.label.toLowerCase().startsWith(words[0] ?? '');
  return [...found.filter(begins), ...found.filter((item) => !begins(item))];
}

/** Where an id leads; both an operation and a trace have ids of 32 hex digits. */
export function idItems(text: string): PaletteItem[] {
  const id = text.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(id)) return [];
  return [{ kind: 'Trace', label: id, detail: 'the trace with this id', to: `/trace/${id}` }, { kind: 'Operation', label: id, detail: 'the operation with this id', to: `/operations/${id}` }];
}
