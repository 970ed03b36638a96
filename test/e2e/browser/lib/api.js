import { PATIENCE, URL_BASE } from './env.js';

const PAUSE = 250;

export async function get(path) {
  const response = await fetch(new URL(`api/opslog/v1/${path}`, URL_BASE));
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/** What ask gives, once check holds for it. */
export async function eventually(what, ask, check) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await ask();
    if (check(value)) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}; last: ${JSON.stringify(value).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** The operations of a service, once there are at least n. */
export function operations(service, n = 1) {
  const path = `operations?limit=1000&service=${encodeURIComponent(service)}`;
  return eventually(`${n} operations of ${service}`, async () => (await get(path)).items, (items) => items.length >= n);
}

/** The spans of a trace, once sampling has let at least n through. */
export function spans(traceId, n) {
  return eventually(`${n} spans of ${traceId}`, async () => (await get(`traces/${traceId}/spans`)).items, (items) => items.length >= n);
}
