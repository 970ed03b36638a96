// Much of everything: spans, bytes, rows; and what the findings make of it.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { get, operations, spans } from './lib/api.js';
import { sendBig } from './lib/big.js';
import { accessible, open, reads, useBrowser } from './lib/browser.js';
import { newService, quick } from './lib/data.js';
import { CLIENT, SERVER, Trace, send } from './lib/otlp.js';

const MB = 1024 * 1024;
const MOST_ROWS = 80; // in the page, however many there are

describe('much', () => {
  useBrowser();
  const rows = (page) => page.getByTestId('span-row');

  for (const [count, folded] of [[10_000, false], [100_000, true]]) {
    test(`ui 13-18, 41: ${count.toLocaleString('en')} spans: few of them are in the page, and all are reached`, async () => {
      const op = await sendBig(newService(`big-${count}`), count);
      const page = await open(`operations/${op.operation_id}`);
      await rows(page).first().waitFor();
      const grid = page.getByRole('treegrid');
      const shown = Number(await grid.getAttribute('aria-rowcount'));
      assert.ok(folded ? shown < count / 10 : shown > count / 20, `${shown} rows of ${count} spans`);
      assert.ok((await rows(page).count()) <= MOST_ROWS);
      await page.keyboard.press('[');
      await page.waitForFunction((n) => Number(document.querySelector('[role=treegrid]').getAttribute('aria-rowcount')) >= n, count);
      await rows(page).first().click();
      await grid.press('End');
      await page.getByRole('row', { selected: true }).waitFor();
      const last = Number(await grid.getAttribute('aria-rowcount'));
      assert.ok(Number(await page.getByRole('row', { selected: true }).getAttribute('aria-rowindex')) >= last - 1, 'the last span, behind which a gap may stand');
      assert.ok((await rows(page).count()) <= MOST_ROWS);
      await page.keyboard.press(']');
      await page.waitForFunction(() => Number(document.querySelector('[role=treegrid]').getAttribute('aria-rowcount')) < 50);
      await page.keyboard.press('f');
      await page.getByTestId('flame').waitFor();
      await page.keyboard.press('t');
      await page.getByTestId('span-table').getByText('SELECT part_1', { exact: true }).waitFor();
      await accessible(page);
    });
  }

  test('ui 24: a body of 5 MB is refused in words; of one of 1 MB the beginning is kept, the page says so, and saves what there is', async () => {
    const service = newService('payload');
    const upload = (items) => {
      const trace = new Trace(service, Date.now() - 2_000);
      const body = JSON.stringify({ items: Array.from({ length: items }, (_, i) => ({ sku: `A-${i}`, note: 'x'.repeat(56) })) });
      trace.span('POST /import', 0, 900, { kind: SERVER, attrs: { 'http.request.method': 'POST', 'http.route': '/import', 'url.path': '/import', 'http.response.status_code': 202, 'http.request.body': body, 'http.request.body.size': body.length } });
      return trace;
    };
    await assert.rejects(send(upload((5 * MB) / 80)), /a value has more than 1048576 bytes/);
    await send(upload(MB / 100));
    const [op] = await operations(service);
    const page = await open(`operations/${op.operation_id}?tab=payload`);
    const payload = page.getByTestId('payload');
    await payload.getByText('truncated').first().waitFor();
    await reads(payload, /A-0/);
    assert.ok((await payload.innerText()).length < 200_000, 'not all of it is put on the page');
    await accessible(page);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the request body as a file' }).click()]);
    const stream = await file.createReadStream();
    let size = 0;
    for await (const part of stream) size += part.length;
    const full = await get(`operations/${op.operation_id}`);
    assert.equal(size, Buffer.byteLength(full.request_body));
  });

  test('ui 11: 2,000 rows scroll while others arrive: none is missing, none is there twice', async () => {
    const service = newService('scroll');
    const now = Date.now();
    const many = 2_000;
    for (let i = 0; i < many; i += 500) await send(...Array.from({ length: 500 }, (_, k) => quick(service, now - 2_000 - (i + k) * 100, i + k)));
    await page2000(service, many);
    const page = await open(`operations?q=${encodeURIComponent(`service = ${service}`)}`);
    await page.getByTestId('operation-row').first().waitFor();
    const before = (await allOf(service)).map((op) => op.operation_id);
    const grid = page.getByRole('grid', { name: 'Operations' });
    const seen = new Set();
    for (let i = 0; i < 2_000 && before.some((id) => !seen.has(id)); i++) {
      const ids = await page.getByTestId('operation-row').evaluateAll((all) => all.map((row) => row.id.slice(3)));
      assert.equal(new Set(ids).size, ids.length, 'no row is there twice');
      for (const id of ids) seen.add(id);
      if (i % 20 === 5) await send(quick(service, Date.now(), 10_000 + i));
      await grid.evaluate((element) => element.scrollBy(0, 560));
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
    }
    assert.deepEqual(before.filter((id) => !seen.has(id)), []);
  });

  async function allOf(service) {
    const all = [];
    for (let cursor = ''; cursor !== null;) {
      const part = await get(`operations?limit=1000&q=${encodeURIComponent(`service = ${service}`)}${cursor && `&cursor=${cursor}`}`);
      all.push(...part.items);
      cursor = part.next_cursor;
    }
    return all;
  }

  async function page2000(service, many) {
    while ((await get(`operations?q=${encodeURIComponent(`service = ${service}`)}&limit=1&count=exact`)).total < many) await new Promise((resolve) => { setTimeout(resolve, 250); });
  }
});

describe('findings', () => {
  useBrowser();
  const service = newService('findings');
  const sql = (parent, table) => ({ parent, kind: CLIENT, attrs: { 'db.system.name': 'postgresql', 'db.namespace': table, 'db.query.text': `SELECT * FROM ${table} WHERE id = $1` } });
  let all;

  function request(route, length, add) {
    const trace = new Trace(service, Date.now() - 5_000);
    add(trace, trace.span(`GET ${route}`, 0, length, { kind: SERVER, attrs: { 'http.request.method': 'GET', 'http.route': route, 'url.path': route, 'http.response.status_code': 200 } }));
    return trace;
  }

  before(async () => {
    await send(
      request('/dashboard', 1_250, (t, root) => ['users', 'posts', 'comments', 'likes'].forEach((table, i) => t.span(`SELECT ${table}`, 10 + i * 305, 300, sql(root, table)))),
      request('/gap', 2_000, (t, root) => { t.span('SELECT a', 5, 20, sql(root, 'a')); t.span('SELECT b', 1_950, 20, sql(root, 'b')); }),
      request('/profile', 1_200, (t, root) => {
        t.span('GET profile', 5, 3, { parent: root, kind: CLIENT, attrs: { 'db.system.name': 'redis', 'db.operation.name': 'GET', 'db.query.text': 'GET profile:8812', 'cache.hit': false } });
        t.span('SELECT profiles', 20, 1_000, sql(root, 'profiles'));
        t.span('SET profile', 1_050, 10, { parent: root, kind: CLIENT, attrs: { 'db.system.name': 'redis', 'db.operation.name': 'SET', 'db.query.text': 'SET profile:8812' } });
      }),
      request('/healthy', 30, (t, root) => t.span('SELECT one', 2, 25, sql(root, 'one'))),
    );
    all = await operations(service, 4);
    for (const op of all.filter((o) => o.duration > 1e9)) await spans(op.trace_id, 3);
  });

  for (const [route, kind] of [['/dashboard', 'sequential_calls'], ['/gap', 'uninstrumented_gap'], ['/profile', 'cache_miss'], ['/healthy', null]]) {
    test(`ui 19-23: ${route} has ${kind ? `the finding ${kind}` : 'no finding'}, as the API says`, async () => {
      const op = await get(`operations/${all.find((o) => o.route === route).operation_id}`);
      const kinds = (op.findings ?? []).map((f) => f.kind);
      assert.ok(kind ? kinds.includes(kind) : kinds.length === 0, kinds.join());
      const page = await open(`operations/${op.operation_id}`);
      await page.getByRole('heading', { level: 1, name: `GET ${route}` }).waitFor();
      if (!kind) {
        await page.getByTestId('timeline').or(page.getByTestId('sampled-out')).first().waitFor();
        assert.equal(await page.getByTestId('findings').count(), 0);
        return;
      }
      await reads(page.getByTestId('findings'), { sequential_calls: /sequential/i, uninstrumented_gap: /gap|not instrumented|uninstrumented/i, cache_miss: /cache/i }[kind]);
      if (kind === 'uninstrumented_gap') await page.getByTestId('gap-row').first().waitFor();
      await accessible(page);
    });
  }
});
