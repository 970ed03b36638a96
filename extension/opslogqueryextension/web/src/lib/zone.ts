// The zone that times are shown in: this machine's, or UTC.

let utc = false;

export const isUTC = () => utc;

export function setUTC(on: boolean): void {
  utc = on;
}

/** Formats dates in the zone that is chosen at that moment. */
export function formatter(options: Intl.DateTimeFormatOptions): { format: (date: Date) => string } {
  const here = new Intl.DateTimeFormat(undefined, options);
  const there = new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' });
  return { format: (date) => (utc ? there : here).format(date) };
}

/** The date moved so that its UTC fields are those that are shown. */
export function shown(date: Date): Date {
  return utc ? date : new Date(date.getTime() - date.getTimezoneOffset() * 6e4);
}

/** The moment that the text of a datetime-local input means. */
export function fromInput(text: string): Date {
  return new Date(utc ? `${text}Z` : text);
}
