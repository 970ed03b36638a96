// Measures the web UI in a real Chromium: medians of 5, as a table for docs/performance.md. Start it by `make ui-bench`.
import { loadavg } from 'node:os';
import { chromium } from 'playwright-core';
import { eventually, get } from './lib/api.js';
import { sendBig } from './lib/big.js';
import { newService, quick } from './lib/data.js';
import { CHROMIUM, PATIENCE, URL_BASE } from './lib/env.js';
import { CLIENT, SERVER, Trace, send } from './lib/otlp.js';

const RUNS = 5;
const LIST = 2_000;
const SERVICES = 60;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, p) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];
const ms = (value) => (value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${Math.round(value)} ms`);
const rows = [];
const add = (what, target, value) => {
  rows.push([what, target, value]);
  console.error(what, value);
};

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
const url = (path) => new URL(path, URL_BASE).href;

async function fresh() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(PATIENCE * 3);
  return context.newPage();
}

/** Milliseconds from the start of the navigation until the next frame after the element is there. */
async function navigate(page, path, id) {
  await page.goto(url(path), { waitUntil: 'commit' });
  return page.evaluate((id) => new Promise((done) => {
    const look = () => (document.querySelector(`[data-testid="${id}"]`) ? requestAnimationFrame(() => setTimeout(() => done(performance.now()))) : requestAnimationFrame(look));
    look();
  }), id);
}

/** Milliseconds from a key, sent by the page itself, until the frame after it. */
const press = (page, key) => page.evaluate((key) => new Promise((done) => {
  const began = performance.now();
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
}), key);

async function repeat(run, times = RUNS) {
  const values = [];
  for (let i = 0; i < times; i++) values.push(await run(i));
  return values;
}

async function cold(path, id) {
  return repeat(async () => {
    const page = await fresh();
    const value = await navigate(page, path, id);
    await page.context().close();
    return value;
  });
}

const service = newService('bench');
const now = Date.now();
for (let i = 0; i < LIST; i += 500) await send(...Array.from({ length: 500 }, (_, k) => quick(service, now - 1_000 - (i + k) * 900, i + k)));
const chain = newService('mesh');
await send(...Array.from({ length: SERVICES - 1 }, (_, i) => {
  const caller = new Trace(`${chain}-${Math.floor(i / 2)}`, now - 20_000);
  const root = caller.span('GET /a', 0, 50, { kind: SERVER, attrs: { 'http.request.method': 'GET', 'http.route': '/a' } });
  const call = caller.span('GET /b', 5, 40, { parent: root, kind: CLIENT, attrs: { 'http.request.method': 'GET', 'server.address': `${chain}-${i + 1}` } });
  const called = new Trace(`${chain}-${i + 1}`, now - 20_000);
  called.id = caller.id;
  called.span('GET /b', 8, 30, { parent: call, remote: true, kind: SERVER, attrs: { 'http.request.method': 'GET', 'http.route': '/b' } });
  return [caller, called];
}).flat());
await eventually('the list', async () => (await get(`operations?service=${service}&limit=1&count=exact`)).total, (n) => n >= LIST);
const list = `operations?service=${service}&from=now-1h`;

const first = await repeat(async () => {
  const page = await fresh();
  await page.goto(url(list));
  const value = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? performance.now());
  await page.context().close();
  return value;
});
add('first paint of the frame, cold cache', '≤ 500 ms', ms(median(first)));
add('list of 50 operations, cold', '≤ 900 ms', ms(median(await cold(list, 'operation-row'))));
{
  const page = await fresh();
  await navigate(page, list, 'operation-row');
  add('list of 50 operations, warm cache', '≤ 350 ms', ms(median(await repeat(() => navigate(page, list, 'operation-row')))));
  await page.context().close();
}
const asked = await repeat(async () => {
  const began = performance.now();
  await get(`operations?service=${service}&from=now-1h&limit=50`);
  return performance.now() - began;
}, 40);
add('API, list of 50 over an hour, p95 of 40', '≤ 150 ms', ms(percentile(asked, 0.95)));

for (const [spans, target, flame] of [[10_000, '≤ 1.0 s', '≤ 100 ms'], [100_000, '≤ 3 s', '≤ 500 ms']]) {
  const op = await sendBig(newService(`spans-${spans}`), spans);
  const path = `operations/${op.operation_id}`;
  const label = `${spans / 1_000},000 spans`;
  add(`${label}: navigation → first rows`, target, ms(median(await cold(path, 'span-row'))));
  const page = await fresh();
  await navigate(page, path, 'span-row');
  await page.getByTestId('span-row').first().click();
  const keys = await repeat(() => press(page, 'j'), 40);
  add(`${label}: next row, median / p95`, '≤ 100 ms', `${ms(median(keys))} / ${ms(percentile(keys, 0.95))}`);
  const [fold, unfold] = [[], []];
  for (let i = 0; i < RUNS; i++) {
    fold.push(await press(page, ']'));
    unfold.push(await press(page, '['));
  }
  add(`${label}: fold all / unfold all`, '≤ 100 ms', `${ms(median(fold))} / ${ms(median(unfold))}`);
  const frames = await page.evaluate(() => new Promise((done) => {
    const grid = [...document.querySelectorAll('*')].find((e) => e.scrollHeight > 5_000 && e.clientHeight > 100 && e.clientHeight < 2_000 && getComputedStyle(e).overflowY !== 'visible');
    const times = [];
    let last = performance.now();
    const step = () => {
      const at = performance.now();
      times.push(at - last);
      last = at;
      if (grid) grid.scrollTop += 120;
      if (times.length < 120) requestAnimationFrame(step);
      else done(times);
    };
    requestAnimationFrame(step);
  }));
  add(`${label}: a frame while scrolling, median / p95`, '≤ 20 ms', `${ms(median(frames))} / ${ms(percentile(frames, 0.95))}`);
  const drawn = await repeat(async () => {
    await press(page, 'w');
    return page.evaluate(() => new Promise((done) => {
      const began = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', bubbles: true }));
      const look = () => (document.querySelector('[data-testid="flame"]') ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))) : requestAnimationFrame(look));
      look();
    }));
  });
  add(`${label}: flame graph, first draw`, flame, ms(median(drawn)));
  add(`${label}: JavaScript heap`, '', `${Math.round((await page.evaluate(() => performance.memory.usedJSHeapSize)) / 1e6)} MB`);
  await page.context().close();
}

const map = await eventually('the map', () => get('map'), (m) => m.nodes.filter((n) => n.name.startsWith(chain)).length >= SERVICES);
add(`map of ${map.nodes.length} nodes: navigation → drawn, cold`, '', ms(median(await cold('map', 'map-node'))));

const page = await fresh();
const tail = newService('tail');
await page.goto(url(`operations?q=${encodeURIComponent(`service = ${tail}`)}&live=1`));
await page.locator('[data-testid=tail-bar][data-state=live]').waitFor();
const delays = await repeat(async (i) => {
  const before = await page.getByTestId('operation-row').count();
  const sent = Date.now();
  await send(quick(tail, sent - 12, 100 + i));
  await page.waitForFunction((n) => document.querySelectorAll('[data-testid="operation-row"]').length > n, before);
  return Date.now() - sent;
});
add('live tail: end of a span → its row', '≤ 3 s', ms(median(delays)));
await browser.close();

console.log(`Load average while measuring: ${loadavg().map((n) => n.toFixed(1)).join(', ')}.\n`);
console.log('| what | goal | here |\n|---|---:|---:|');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
