// The service map, latency and trace quality: the numbers, and the ways from them to operations.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually, get, operations } from './lib/api.js';
import { open, reads, useBrowser } from './lib/browser.js';
import { newService } from './lib/data.js';
import { fleet } from './lib/fleet.js';
import { CLIENT, SERVER, Trace, send } from './lib/otlp.js';

describe('map, latency, quality', () => {
  useBrowser();
  const f = fleet('analysis', Date.now());
  const about = encodeURIComponent(f.front);

  before(async () => {
    await send(...f.traces);
    await Promise.all([operations(f.front, 80), operations(f.back, 80)]);
  });

  const texts = (locator) => locator.allInnerTexts();

  test('ui 31: map: drawing, table and matrix have the calls of the API; an edge leads to its operations', async () => {
    const of = (items) => items.find((e) => e.source.includes(f.front) && e.target.includes(f.back));
    const asked = `map?focus=${about}`;
    const edge = of(await eventually('the edge', async () => (await get(asked)).edges, (items) => of(items)?.calls === 80));
    assert.equal(edge.errors, f.failed);
    const page = await open(`${asked}&sel=${encodeURIComponent(`${edge.source}→${edge.target}`)}`);
    const side = page.getByTestId('map-side');
    await side.getByText(`${f.front} → ${f.back}`).waitFor();
    await reads(side, /80[\s\S]*10 %/);
    assert.ok(await page.locator('[data-testid=map-node] rect[stroke-dasharray]').count(), 'what is known from its callers only is dashed');
    const operationsLink = page.getByTestId('edge-operations').getByRole('link', { name: 'POST /checkout' });
    await operationsLink.waitFor();
    await page.getByRole('tab', { name: 'Table' }).click();
    const row = page.getByTestId('map-row').filter({ hasText: f.back });
    assert.match((await texts(row))[0], /\b80\b[\s\S]*✕ 10 %/);
    await page.getByRole('tab', { name: 'Matrix' }).click();
    await page.getByRole('button', { name: `${f.front} to ${f.back}: 80 calls, 10 % failed` }).waitFor();
    await operationsLink.click();
    await page.getByTestId('operation-row').first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get('service'), f.front);
  });

  test('map: calls that a circuit breaker stopped are told, at the arrow and in the table', async () => {
    const [shop, stock] = [newService('breaker-shop'), newService('breaker-stock')];
    await send(...[1, 2, 3].map((i) => {
      const trace = new Trace(shop, Date.now() - i * 3_000);
      const root = trace.span('POST /pay', 0, 20, { kind: SERVER, error: 'circuit open', attrs: { 'http.request.method': 'POST', 'http.route': '/pay', 'http.response.status_code': 503 } });
      trace.span('SELECT stock', 5, 1, { parent: root, kind: CLIENT, error: 'circuit open', attrs: { 'db.system.name': 'postgresql', 'db.namespace': stock, 'db.query.text': 'SELECT 1', 'circuit_breaker.state': 'open' } });
      return trace;
    }));
    const asked = `map?focus=${shop}`;
    const of = (items) => items.find((e) => e.source.includes(shop) && e.target.includes(stock));
    const edge = of(await eventually('the stopped calls', async () => (await get(asked)).edges, (items) => of(items)?.circuit_open === 3));
    const page = await open(`${asked}&sel=${encodeURIComponent(`${edge.source}→${edge.target}`)}`);
    await page.getByTestId('map-side').getByText('✕ 3 calls stopped').waitFor();
    await page.getByRole('tab', { name: 'Table' }).click();
    await page.getByTestId('map-row').filter({ hasText: stock }).getByText('✕ 3', { exact: true }).waitFor();
  });

  test('map: the keyboard reaches nodes and arrows', async () => {
    const page = await open(`map?focus=${about}`);
    const node = page.getByRole('button', { name: new RegExp(`^service ${f.front}`) });
    await node.focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('map-side').getByRole('link', { name: 'Errors' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('map-side').waitFor({ state: 'detached' });
  });

  test('latency: percentiles over time in words, as a table, and from a point to its operations', async () => {
    const page = await open(`latency?service=${about}`);
    const chart = page.getByTestId('time-chart').first();
    await chart.waitFor();
    assert.match(await chart.getAttribute('aria-label'), /^p95 went from 300 ms .* to 900 ms/);
    await page.getByText('The same as a table').click();
    await page.getByRole('table', { name: 'Durations over time' }).waitFor();
    await chart.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByTestId('operation-row').first().waitFor();
    assert.match(page.url(), /duration/);
  });

  test('latency: a heatmap, whose cells lead to their operations', async () => {
    const page = await open(`latency?service=${about}&mode=heatmap`);
    await page.locator('[data-cell]').first().click();
    await page.getByTestId('operation-row').first().waitFor();
    await page.goBack();
    await page.locator('[data-cell]').first().waitFor();
    const box = await page.getByTestId('heatmap').boundingBox();
    await page.mouse.move(box.x + 70, box.y + 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 15, box.y + box.height - 30, { steps: 4 });
    await page.getByTestId('heatmap-area').waitFor();
    await page.mouse.up();
    await page.getByTestId('operation-row').first().waitFor();
    assert.match(new URL(page.url()).searchParams.get('q'), /^duration >= \d+ns AND duration < \d+ns$/);
    await page.getByTestId('summary').getByText(/^80 operations/).waitFor();
  });

  test('ui 32: latency: two versions against each other, with sizes, intervals and a verdict', async () => {
    const page = await open(`latency?service=${about}&mode=compare`);
    const row = page.getByTestId('compared').filter({ hasText: 'POST /checkout' });
    await row.waitFor();
    const text = await row.innerText();
    for (const part of [/40 → 40/, /0 % → 20 %/, /300 ms → 900 ms/, /\d+ ms to \d+ ms → \d+ ms to \d+ ms/, /slower \+200 %/]) assert.match(text, part);
    await page.getByLabel('Compare', { exact: true }).selectOption('host');
    await page.getByTestId('compare-empty').waitFor();
    await page.getByRole('tab', { name: 'Compare windows' }).click();
    await page.getByTestId('compared').filter({ hasText: 'no verdict: only in B' }).first().waitFor();
  });

  test('ui 33: quality: a score, what fails, why, and how to fix it', async () => {
    await eventually('the quality', async () => (await get('quality')).items, (items) => items.some((q) => q.service_name === f.front));
    const page = await open('quality');
    await page.getByTestId('quality-row').getByRole('link', { name: f.front }).click();
    await page.getByTestId('quality-service').first().waitFor();
    const check = page.getByTestId('quality-check').filter({ hasText: /fails|warning/ }).first();
    await check.getByText('How to fix it.').waitFor();
    const fix = page.getByTestId('fix').first();
    await fix.getByRole('button', { name: 'Copy' }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), (await fix.locator('pre').innerText()));
    assert.match(page.url(), new RegExp(`/quality/${f.front}`));
  });
});
