// Addresses to hand on.

const here = () => new URL('.', document.baseURI).href;

/** The path of the page under opslog's own, as a short link keeps it: /operations?q=… */
export function pathOf(href: string): string {
  return `/${href.slice(here().length)}`;
}

/** The address that a kept path stands for, or null where it is none of opslog's. */
export function pageOf(path: string): string | null {
  if (!path.startsWith('/')) return null;
  const href = here() + path.replace(/^\/+/, '');
  return URL.canParse(href) && new URL(href).href.startsWith(here()) ? href : null;
}
