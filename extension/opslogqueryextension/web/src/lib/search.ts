// The state of a page is in its URL. Values are plain strings, as the API takes them; a value that means
// nothing is left for the server to name, and parameters of others are kept.

export interface ListSearch {
  q?: string;
  from?: string;
  to?: string;
  service?: string;
  status?: string;
  kind?: string;
  /** The selected row. */
  sel?: string;
  /** The selected row is looked into, beside the list. */
  peek?: string;
  /** Fields with a direction: duration:desc. */
  sort?: string;
  /** Columns with commas, where they are not the usual ones. */
  cols?: string;
  /** Widths of columns in pixels, where they were set by hand: name:320,what:96. */
  widths?: string;
  /** How an aggregate is shown: series or table. */
  view?: string;
  /** New operations come in as they end. */
  live?: string;
  /** What the rows are: spans; operations where nothing is said. */
  scope?: string;
  /** Health checks are among the rows. */
  health?: string;
}

export interface OperationSearch {
  tab?: string;
  /** The selected span. */
  span?: string;
  /** The zoomed part of the timeline: start-end, in nanoseconds from the trace's start. */
  z?: string;
  /** How the spans are shown: timeline, flame or table. */
  view?: string;
  /** What spans are looked for, and whether only those are shown. */
  fq?: string;
  only?: string;
  /** Log records have rows of their own. */
  logs?: string;
  /** The critical path is not marked. */
  path?: string;
  /** The operation to compare with. */
  with?: string;
}

export type RawSearch = Record<string, unknown>;

export function parseSearch(text: string): RawSearch {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: RawSearch): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.append(key, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** Every parameter that is a non-empty string, known or not. */
export function validateSearch(raw: RawSearch): Record<string, string> {
  return Object.fromEntries(Object.entries(raw).filter(([, v]) => typeof v === 'string' && v !== '')) as Record<string, string>;
}

/** The zoomed part, or null where the text holds none. */
export function parseZoom(text: string | undefined): [number, number] | null {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '');
  if (!match) return null;
  const [start, end] = [Number(match[1]), Number(match[2])];
  return end > start ? [start, end] : null;
}
