// What the UI says when the server is slow, busy, gone or another one; and that it works below a path.
import assert from 'node:assert/strict';
import { createServer, request as ask } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { operations } from './lib/api.js';
import { accessible, open, useBrowser } from './lib/browser.js';
import { checkout, newService, quick } from './lib/data.js';
import { URL_BASE } from './lib/env.js';
import { send, sendTo } from './lib/otlp.js';
import { ownOpslog } from './lib/own.js';

describe('states of the server', () => {
  useBrowser();
  const service = newService('states');
  const list = `operations?service=${service}`;
  const api = (path) => (url) => url.pathname.endsWith(`/api/opslog/v1/${path}`);
  const rows = (page) => page.getByTestId('operation-row');
  const count = (page, n) => page.waitForFunction((want) => document.querySelectorAll('[data-testid=operation-row]').length === want, n);
  let all;

  before(async () => {
    const now = Date.now();
    await send(checkout(service, now - 8_000), ...[1, 2, 3].map((i) => quick(service, now - i * 2_000, i)));
    all = await operations(service, 4);
  });

  test('ui 39: too many requests are told, and asked again by the page itself', async () => {
    const page = await open('settings', { expected: [429] });
    await page.getByTestId('status').waitFor();
    let refused = 0;
    await page.route(api('operations'), (route) => {
      if (refused >= 2) return route.continue();
      refused++;
      return route.fulfill({ status: 429, headers: { 'retry-after': '1', 'content-type': 'application/problem+json' }, body: '{"type":"/problems/limit","title":"Too many requests","status":429}' });
    });
    await page.goto(new URL(list, URL_BASE).href);
    await page.getByTestId('server-busy').waitFor();
    await accessible(page);
    await count(page, 4);
    await page.getByTestId('server-busy').waitFor({ state: 'detached' });
    assert.equal(refused, 2);
  });

  test('ui 39: a slow search says how long it has been; it can be stopped, and begun again', async () => {
    const page = await open('settings');
    await page.getByTestId('status').waitFor();
    let [asked, goOn] = [0, () => {}];
    await page.route(api('operations'), async (route) => {
      if (asked++ === 0) await new Promise((resolve) => { goOn = resolve; });
      await route.continue().catch(() => {}); // it may have been stopped
    });
    await page.goto(new URL(list, URL_BASE).href);
    await page.getByTestId('searching').getByText('Searching… 2 s').waitFor();
    await accessible(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    const stopped = page.getByTestId('search-stopped');
    await stopped.waitFor();
    goOn();
    await accessible(page);
    await stopped.getByRole('button', { name: 'Search again' }).click();
    await count(page, 4);
    await stopped.waitFor({ state: 'detached' });
  });

  test('ui 39: an answer that fails is told in words, and can be asked for again', async () => {
    const page = await open('settings', { expected: [500] });
    await page.getByTestId('status').waitFor();
    await page.route(api('errors'), (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"type":"about:blank","title":"Internal error","status":500}' }), { times: 1 });
    await page.goto(new URL(`errors?service=${service}`, URL_BASE).href);
    await page.getByTestId('page-problem').waitFor();
    await accessible(page);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('error-row').first().waitFor();
  });

  test('ui 39: another version of the server asks for a reload', async () => {
    const page = await open('settings');
    await page.getByTestId('status').waitFor();
    await page.route(api('status'), async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(/"version":"[^"]*"/, '"version":"99.0.0"') });
    });
    await page.getByTestId('server-updated').getByText('99.0.0').waitFor();
    await accessible(page);
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByTestId('status').getByText('99.0.0').waitFor();
    await page.getByTestId('server-updated').waitFor({ state: 'detached' });
  });

  test('times are those of the machine, or UTC where that is chosen', async () => {
    const page = await open(`${list}&tz=utc`);
    await page.getByTestId('range').getByText('UTC').waitFor();
    const newest = new Date(Number(BigInt(all.map((op) => op.start_time).sort().at(-1)) / 1_000_000n)).toISOString().slice(11, 19);
    await rows(page).first().getByText(newest).waitFor();
    await page.getByTestId('range').click();
    await accessible(page);
    await page.getByLabel('times in UTC').click();
    await page.getByTestId('range').getByText('UTC').waitFor({ state: 'detached' });
    await rows(page).first().waitFor();
  });
});

describe('below a path', () => {
  useBrowser();
  const PREFIX = '/opslog/';
  const service = newService('prefix');
  let own;
  let proxy;

  // A reverse proxy that has the prefix for opslog, and other things elsewhere.
  const handOn = (from, to) => {
    if (!from.url.startsWith(PREFIX)) return to.writeHead(404).end();
    const { hostname, port, host } = new URL(own.url);
    const asked = ask({ hostname, port, path: from.url, method: from.method, headers: { ...from.headers, host } }, (answer) => answer.pipe(to.writeHead(answer.statusCode, answer.headers)));
    return from.pipe(asked.on('error', () => to.destroy()));
  };

  before(async () => {
    own = await ownOpslog(`extensions::opslog_query::base_path: ${PREFIX}`);
    await sendTo(own.otlp, checkout(service, Date.now() - 5_000));
    proxy = createServer(handOn);
    await new Promise((resolve) => { proxy.listen(0, '127.0.0.1', resolve); });
  });
  after(async () => {
    proxy?.close();
    await own?.remove();
  });

  test('ui 40: every page works under a prefix behind a reverse proxy, and its links stay there', async () => {
    const base = `http://127.0.0.1:${proxy.address().port}${PREFIX}`;
    const page = await open('', { base });
    await page.getByTestId('operation-row').first().waitFor();
    await page.goto(`${base}operations?service=${service}`);
    await page.getByTestId('operation-row').first().click();
    await page.getByTestId('timeline').waitFor();
    assert.ok(page.url().startsWith(`${base}operations/`), page.url());
    await page.reload();
    await page.getByTestId('timeline').waitFor();
    for (const [name, id, early = id] of [['Errors', 'error-row'], ['Map', 'map-graph', 'map-empty'], ['Latency', 'time-chart'], ['Quality', 'quality-row', 'quality-empty'], ['Commands', 'command-row'], ['Settings', 'status'], ['Operations', 'operation-row']]) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
      await page.getByTestId(id).or(page.getByTestId(early)).first().waitFor(); // the map and the quality come later
      assert.ok(page.url().startsWith(base), page.url());
    }
    for (const href of await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.href))) assert.ok(href.startsWith(base), href);
  });
});

describe('a server that comes and goes', () => {
  useBrowser();
  const service = newService('restart');
  const rows = (page) => page.getByTestId('operation-row');
  const bar = (page, state) => page.locator(`[data-testid=tail-bar][data-state=${state}]`);
  let own;

  before(async () => {
    own = await ownOpslog();
  });
  after(() => own?.remove());

  test('ui 12: a restart during the live tail is seen; the tail goes on where it was, with nothing lost and nothing twice', async () => {
    const page = await open(`operations?q=${encodeURIComponent(`service = ${service}`)}&live=1`, { base: own.url, refused: true });
    await bar(page, 'live').waitFor();
    await sendTo(own.otlp, quick(service, Date.now(), 1));
    await rows(page).first().waitFor();
    await own.stop();
    await bar(page, 'lost').waitFor();
    await page.getByTestId('server-gone').waitFor();
    assert.equal(await rows(page).count(), 1, 'what was there stays readable');
    await own.start();
    await sendTo(own.otlp, quick(service, Date.now(), 2), quick(service, Date.now(), 3));
    await bar(page, 'live').waitFor();
    await page.getByTestId('server-gone').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=operation-row]').length >= 3);
    await sendTo(own.otlp, quick(service, Date.now(), 4));
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=operation-row]').length >= 4);
    const shown = await rows(page).evaluateAll((all) => all.map((row) => row.id));
    assert.equal(new Set(shown).size, shown.length, 'nothing is there twice');
    assert.equal(shown.length, 4);
    const paths = (await rows(page).allInnerTexts()).map((text) => /\/items\/(\d)/.exec(text)?.[1]);
    assert.deepEqual(paths.toSorted(), ['1', '2', '3', '4']);
  });

  test('ui 39: a server that is gone is told; the page stays readable, and all is well when it is back', async () => {
    const page = await open(`operations?service=${service}`, { base: own.url, refused: true });
    await rows(page).nth(3).waitFor();
    await own.stop();
    await page.getByTestId('server-gone').waitFor();
    await accessible(page);
    assert.equal(await rows(page).count(), 4);
    await own.start();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByTestId('server-gone').waitFor({ state: 'detached' });
    await sendTo(own.otlp, quick(service, Date.now(), 5));
    await rows(page).nth(4).waitFor();
  });
});
