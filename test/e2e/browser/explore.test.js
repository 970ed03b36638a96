// The tools around the list: query bar, facets, histogram, columns, live tail, and ways to hand on.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { get, operations } from './lib/api.js';
import { accessible, open, reads, useBrowser } from './lib/browser.js';
import { checkout, newService, quick } from './lib/data.js';
import { URL_BASE } from './lib/env.js';
import { SERVER, Trace, send } from './lib/otlp.js';

const MANY = 70;

/** A request that took as long as it is told to. */
function slow(service, start, duration, route = '/api/users', method = 'POST', version = '1.0.0') {
  const trace = new Trace(service, start, { 'service.version': version });
  trace.span(`${method} ${route}`, 0, duration, { kind: SERVER, attrs: { 'http.request.method': method, 'http.route': route, 'url.path': route, 'http.response.status_code': 200 } });
  return trace;
}

describe('explore', () => {
  useBrowser();
  const service = newService('explore');
  const rows = (page) => page.getByTestId('operation-row');
  const query = (page) => page.getByTestId('query');
  const count = (page, n) => page.waitForFunction((want) => document.querySelectorAll('[data-testid=operation-row]').length === want, n);
  const address = (page, name) => new URL(page.url()).searchParams.get(name);
  let all;
  let slowest;

  before(async () => {
    const now = Date.now();
    slowest = slow(service, now - 20_000, 4_200);
    await send(slowest, checkout(service, now - 8_000), ...Array.from({ length: MANY }, (_, i) => slow(service, now - 5_000 - i * 20, 20 + i, i % 2 ? '/api/users' : '/api/data', i % 2 ? 'POST' : 'GET', i % 3 ? '1.0.0' : '1.1.0')));
    all = await operations(service, MANY + 2);
  });

  async function ask(page, text) {
    await page.keyboard.press('/');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
    await page.keyboard.press('Enter');
  }

  const SEEDS = [
    ['duration > 1s', (op) => op.duration > 1e9],
    [`status = error AND service = ${service}`, (op) => op.status === 'error'],
    ['endpoint = /api/users AND method = POST', (op) => op.route === '/api/users' && op.method === 'POST'],
    ['endpoint = /api/data AND duration > 50ms', (op) => op.route === '/api/data' && op.duration > 5e7],
  ];
  for (const [text, wanted] of SEEDS) {
    test(`ui 2-5: ${text.replace(service, 'S')} finds what it says; its address shows the same`, async () => {
      const want = all.filter(wanted);
      const page = await open(`operations?service=${service}`);
      await rows(page).first().waitFor();
      await ask(page, text);
      await page.waitForURL((url) => url.searchParams.get('q') === text);
      await page.getByTestId('summary').getByText(new RegExp(`^${want.length} operation`)).waitFor();
      await page.waitForFunction((ids) => {
        const shown = [...document.querySelectorAll('[data-testid=operation-row]')];
        return shown.length > 0 && shown.every((row) => ids.includes(row.id.slice(3)));
      }, want.map((op) => op.operation_id));
      await page.reload();
      await page.getByTestId('summary').getByText(new RegExp(`^${want.length} operation`)).waitFor();
      assert.equal(await query(page).inputValue(), text);
      await page.goBack();
      await page.getByTestId('summary').getByText(new RegExp(`^${all.length} operation`)).waitFor();
    });
  }

  test('ui 6: a pasted block with labels becomes one query, its range, and a chart', async () => {
    const page = await open(`operations?service=${service}`);
    await rows(page).first().waitFor();
    await page.evaluate(() => navigator.clipboard.writeText('Query: endpoint = /api/users AND method = POST\nAggregate: avg(duration), p95(duration), p99(duration)\nGroup by: time\nFilter: last 1 hour'));
    await query(page).click();
    await page.keyboard.press('ControlOrMeta+v');
    await page.getByTestId('aggregate').waitFor();
    assert.match(address(page, 'q'), /^endpoint = \/api\/users AND method = POST \| avg\(duration\), p95\(duration\), p99\(duration\) by /);
    assert.equal(address(page, 'from'), 'now-1h');
    assert.equal(await page.getByTestId('aggregate').locator('figure').count(), 3);
    await accessible(page);
  });

  test('ui 7: a mistake is underlined while it is typed, its fix is one click, and Enter does not send it', async () => {
    const page = await open(`operations?service=${service}`);
    await rows(page).first().waitFor();
    await ask(page, 'statsu = error');
    const mistake = page.getByTestId('query-mistake');
    await mistake.waitFor();
    assert.equal(await page.getByTestId('squiggle').innerText(), 'statsu');
    assert.equal(address(page, 'q'), null);
    await mistake.getByRole('button').click();
    assert.equal(await query(page).inputValue(), 'status = error');
    await page.keyboard.press('Enter');
    await count(page, 1);
  });

  test('ui 8: completion offers fields, then values with counts, by keys alone', async () => {
    const page = await open('operations');
    await rows(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('serv');
    const offered = page.getByTestId('completions');
    await offered.getByRole('option', { name: /^service/ }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.match(await query(page).inputValue(), /^service /);
    await page.keyboard.type(`= ${service.slice(0, -2)}`);
    await offered.getByText(service).waitFor();
    await reads(offered.getByRole('option', { name: service }), new RegExp(`${MANY + 2}`));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => (url.searchParams.get('q') ?? '').trim() === `service = ${service}`);
  });

  test('ui 9: a cell filters by its value, and without it', async () => {
    const page = await open(`operations?service=${service}&q=${encodeURIComponent('duration > 1s')}`);
    await count(page, 2);
    await page.getByTestId('summary').waitFor(); // rows move down when it comes
    const cell = rows(page).filter({ hasText: 'POST /checkout' }).locator('[data-column=name]');
    await cell.hover();
    await cell.getByRole('button', { name: 'Without these' }).click();
    await count(page, 1);
    assert.equal(address(page, 'q'), 'duration > 1s AND NOT name = "POST /checkout"');
  });

  test('ui 9: dragging over the histogram chooses a range', async () => {
    const page = await open(`operations?service=${service}`);
    const box = await page.getByTestId('histogram').boundingBox();
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=20/);
    const minutes = (new Date(address(page, 'to')) - new Date(address(page, 'from'))) / 60_000;
    assert.ok(Math.abs(minutes - 15) < 2, `a quarter of the hour, got ${minutes} minutes`);
  });

  test('ui 10: sorting by duration is over all matches, not over the loaded ones', async () => {
    const page = await open(`operations?service=${service}`);
    await rows(page).first().waitFor();
    await page.getByRole('columnheader', { name: /^Duration/ }).getByRole('button').click();
    await page.waitForURL(/sort=duration/);
    await rows(page).first().getByText('4.2 s').waitFor();
    const [op] = (await get(`traces/${slowest.id}/operations`)).items;
    assert.equal(await rows(page).first().getAttribute('id'), `op-${op.operation_id}`);
  });

  test('columns are chosen, and the address has them', async () => {
    const page = await open(`operations?service=${service}`);
    await rows(page).first().waitFor();
    await page.getByTestId('columns').click();
    await page.getByRole('button', { name: '+ Version' }).click();
    await page.getByRole('columnheader', { name: 'Version' }).waitFor();
    await page.getByLabel('Field for a new column').fill('http.status');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('columnheader', { name: 'http.status' }).waitFor();
    await accessible(page);
    await page.reload();
    await rows(page).first().locator('[data-column="http.status"]').getByText('200').waitFor();
  });

  test('columns are resized by the pointer and by keys, and stay so', async () => {
    const page = await open(`operations?service=${service}`);
    await rows(page).first().waitFor();
    const edge = (name) => page.getByRole('separator', { name: `Width of ${name}` });
    const width = async (id) => Math.round((await rows(page).first().locator(`[data-column=${id}]`).boundingBox()).width);
    const [service0, time0] = [await width('service'), await width('time')];
    const box = await edge('Service').boundingBox();
    await page.mouse.move(box.x + 5, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 45, box.y + 10, { steps: 4 });
    assert.equal(await width('service'), service0 + 40, 'while it is dragged');
    await page.mouse.up();
    await page.waitForURL(/widths=service/);
    assert.equal(new URL(page.url()).searchParams.has('sort'), false);
    await edge('Time').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(new RegExp(`time%3A${time0 + 16}`));
    assert.equal(await edge('Time').getAttribute('aria-valuenow'), String(time0 + 16));
    await accessible(page);
    await page.reload();
    await rows(page).first().waitFor();
    assert.deepEqual([await width('service'), await width('time')], [service0 + 40, time0 + 16]);
    await edge('Operation').focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowRight'); // more than there is room for
    await page.waitForFunction(() => { const grid = document.querySelector('[role=grid]'); return grid.scrollWidth > grid.clientWidth; });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 1440);
    await page.setViewportSize({ width: 375, height: 780 });
    await page.waitForFunction(() => { const grid = document.querySelector('[role=grid]'); return grid.scrollWidth <= grid.clientWidth; });
    await page.setViewportSize({ width: 1440, height: 900 });
    await edge('Operation').focus();
    await page.keyboard.press('Home');
    await edge('Time').dblclick();
    await edge('Service').dblclick();
    await page.waitForFunction(() => !location.search.includes('widths'));
    assert.deepEqual([await width('service'), await width('time')], [service0, time0]);
  });

  test('ui 12: live: rows arrive, Space pauses and what comes is counted, Space goes on', async () => {
    const live = newService('live');
    const page = await open(`operations?q=${encodeURIComponent(`service = ${live}`)}&live=1`);
    const bar = page.getByTestId('tail-bar');
    await page.locator('[data-testid=tail-bar][data-state=live]').waitFor();
    await send(quick(live, Date.now(), 1));
    await rows(page).first().waitFor();
    await page.keyboard.press('Space');
    await page.locator('[data-testid=tail-bar][data-state=paused]').waitFor();
    await reads(bar, /Paused by you/);
    await send(quick(live, Date.now(), 2), quick(live, Date.now(), 3));
    await page.getByTestId('tail-waiting').getByText('2 new').waitFor();
    assert.equal(await rows(page).count(), 1);
    await accessible(page);
    await page.locator('body').press('Space');
    await count(page, 3);
  });

  test('a look into a row beside the list, and back by Escape', async () => {
    const page = await open(`operations?service=${service}&q=${encodeURIComponent('status = error')}`);
    await count(page, 1);
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+Enter');
    const peek = page.getByTestId('peek');
    await peek.getByText('PaymentTimeout').waitFor();
    await peek.getByText('INSERT orders').waitFor();
    await accessible(page);
    await page.reload();
    await peek.getByText('PaymentTimeout').waitFor();
    await page.keyboard.press('Escape');
    await peek.waitFor({ state: 'detached' });
    assert.equal(await rows(page).count(), 1);
  });

  test('Ctrl+K goes to a page, a service, a trace', async () => {
    const page = await open('operations');
    await page.getByTestId('query').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
    await accessible(page);
    await page.keyboard.type(service);
    await page.getByTestId('palette').getByRole('option', { name: service }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('q') === `service = ${service}`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(slowest.id);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'POST /api/users' }).waitFor();
  });

  test('the address of a trace leads to the operation that began it, an unknown one says so', async () => {
    const page = await open(`trace/${slowest.id}`, { expected: [404] });
    await page.getByRole('heading', { level: 1, name: 'POST /api/users' }).waitFor();
    await page.goto(new URL(`trace/${'0'.repeat(31)}1`, URL_BASE).href);
    await page.getByTestId('no-trace').waitFor();
  });

  test('a short link shows the same, at the same times', async () => {
    const page = await open(`operations?service=${service}&q=${encodeURIComponent('duration > 1s')}`);
    await count(page, 2);
    await page.getByTestId('share').click();
    await accessible(page);
    await page.getByTestId('short-link').click();
    await page.getByText('Copied', { exact: true }).first().waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /\/s\/[0-9a-f]+$/);
    await page.goto(link);
    await count(page, 2);
    assert.match(address(page, 'from'), /^\d{4}-/);
  });

  test('single letters as keys can be switched off', async () => {
    const page = await open('operations');
    await rows(page).first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Help' }).getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    assert.equal(await query(page).evaluate((input) => document.activeElement === input), false);
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').waitFor();
  });

  test('the times of the list are those of the day or how long ago', async () => {
    const page = await open(`operations?service=${service}`);
    await rows(page).first().waitFor();
    await page.getByRole('button', { name: 'Show how long ago' }).click();
    await rows(page).first().getByText(/ago$/).waitFor();
  });

  test('parameters of others are kept', async () => {
    const page = await open(`operations?service=${service}&utm=x`);
    await rows(page).first().waitFor();
    await ask(page, 'duration > 1s');
    await count(page, 2);
    assert.equal(address(page, 'utm'), 'x');
  });
});
