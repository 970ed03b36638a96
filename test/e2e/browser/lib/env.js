const slash = (url) => (url.endsWith('/') ? url : `${url}/`);

export const URL_BASE = slash(process.env.OPSLOG_URL ?? 'http://localhost:8585');
export const OTLP = slash(process.env.OPSLOG_OTLP ?? 'http://localhost:4318');
/** The program, for tests that start one of their own. */
export const BINARY = process.env.OPSLOG_BIN ?? new URL('../../../../bin/opslog', import.meta.url).pathname;
export const SHOTS = process.env.OPSLOG_SHOTS;
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Waits are for slow machines; they end as soon as their condition holds. */
export const PATIENCE = Number(process.env.OPSLOG_PATIENCE ?? 60_000);
