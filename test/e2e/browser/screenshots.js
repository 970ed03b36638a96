// Makes the pictures of docs/ui: every page in both themes, of an hour of the sample shop. Start it by `make screenshots`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { eventually, get } from './lib/api.js';
import { CHROMIUM, PATIENCE, URL_BASE } from './lib/env.js';
import { sendHour } from './lib/history.js';

const [out = '../../../docs/ui', only] = process.argv.slice(2);
const SIZE = { width: 1440, height: 900 };
const HOUR = 'from=now-1h';
const QUIET_MS = 700;
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
mkdirSync(out, { recursive: true });

/** Gives a wait until nothing was asked of the server for a while. Polling pauses for longer than that. */
function quietness(page) {
  const open = new Set();
  let last = Date.now();
  page.on('request', (request) => { open.add(request); last = Date.now(); });
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => { open.delete(request); last = Date.now(); });
  return async () => {
    while (open.size > 0 || Date.now() - last < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50));
  };
}

/** One page in both themes, once what it is about is there. act prepares it as a person would. */
async function picture(name, path, id, act) {
  if (only && !name.startsWith(only)) return;
  for (const theme of ['light', 'dark']) {
    const context = await browser.newContext({ viewport: SIZE, colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const quiet = quietness(page);
    await page.goto(new URL(path, URL_BASE).href);
    await page.getByTestId(id).first().waitFor();
    await quiet();
    if (act) {
      await act(page);
      await quiet();
    }
    await page.screenshot({ path: join(out, `${name}-${theme}.png`) });
    await context.close();
  }
  console.log(name);
}

const { store } = await get('status');
if (store.operations === 0) {
  await picture('first-run', '', 'setup');
  await sendHour();
}

const failing = `operations?service=storefront&status=error&limit=50&${HOUR}&q=${encodeURIComponent('name = "POST /checkout" AND http.status = 504')}`;
const [checkout] = await eventually('failing checkouts', async () => (await get(failing)).items, (items) => items.length > 0);
const about = (items) => items.find((a) => a.rule === 'HighErrorRate' && a.labels.service === 'payments' && a.state === 'firing');
const alert = about(await eventually('the alert', async () => (await get('alerts')).items, (items) => about(items) !== undefined));
const error = (await get(`errors?${HOUR}&service=payments`)).items.find((e) => /deadline/i.test(`${e.type} ${e.message}`));
const order = (await get(`traces/${checkout.trace_id}/operations`)).items.find((o) => o.service_name === 'orders');
const operation = `operations/${checkout.operation_id}`;

await picture('operations', `operations?${HOUR}`, 'operation-row');
await picture('operation', operation, 'timeline');
await picture('operation-error', `${operation}?tab=error`, 'error');
await picture('operation-flame', `${operation}?view=flame`, 'timeline');
await picture('operation-payload', `${operation}?tab=payload`, 'payload');
await picture('errors', `errors?${HOUR}`, 'error-row');
await picture('error', `errors/${error.fingerprint}?${HOUR}&of=payments`, 'differences');
await picture('alerts', 'alerts', 'alert-row');
await picture('alert', `alerts/${alert.id}`, 'alert-trend');
await picture('alert-rules', `alerts?state=rules&${HOUR}`, 'rule', async (page) => {
  await page.getByTestId('rule').filter({ hasText: 'HighErrorRate' }).getByRole('button', { name: 'Try it' }).click();
  await page.getByRole('button', { name: 'Test it' }).click();
  await page.getByTestId('firings').waitFor();
  await page.getByTestId('firings').scrollIntoViewIfNeeded();
});
await picture('map', `map?${HOUR}`, 'map-graph');
await picture('map-edge', `map?${HOUR}&sel=${encodeURIComponent('service:orders→service:payments')}`, 'edge-operations');
await picture('map-matrix', `map?${HOUR}&view=matrix`, 'map-matrix');
await picture('latency', `latency?${HOUR}`, 'time-chart');
await picture('latency-heatmap', `latency?${HOUR}&mode=heatmap`, 'heatmap');
await picture('latency-compare', `latency?${HOUR}&service=payments&mode=compare`, 'compared');
await picture('quality', 'quality', 'quality-row');
await picture('quality-service', 'quality/orders', 'quality-service');
await picture('commands', `commands?${HOUR}`, 'command-row');
await picture('command', `commands?${HOUR}&service=orders&sel=${order.operation_id}&q=${encodeURIComponent('status = error')}`, 'command-panel', async (page) => {
  await page.getByTestId('effects').waitFor();
});
await picture('settings', 'settings', 'status');
await browser.close();
