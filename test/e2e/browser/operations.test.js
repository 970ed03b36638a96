// The list of operations.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { operations } from './lib/api.js';
import { open, reads, useBrowser } from './lib/browser.js';
import { checkout, newService, quick } from './lib/data.js';
import { send } from './lib/otlp.js';

const MANY = 130;

describe('operations', () => {
  useBrowser();
  const service = newService('list');
  const busy = newService('busy');
  const list = `operations?service=${service}`;
  const rows = (page) => page.getByTestId('operation-row');

  before(async () => {
    const now = Date.now();
    await send(checkout(service, now - 5_000), ...[1, 2, 3].map((i) => quick(service, now - i * 10_000, i)));
    await send(...Array.from({ length: MANY }, (_, i) => quick(busy, now - 1_000 - i * 100, i)));
    await Promise.all([operations(service, 4), operations(busy, MANY)]);
  });

  test('shows what was sent, newest first', async () => {
    const page = await open(list);
    await rows(page).nth(3).waitFor();
    const texts = await rows(page).allInnerTexts();
    assert.equal(texts.length, 4);
    assert.match(texts[0], /POST \/checkout/);
    assert.match(texts[0], /500/);
    assert.match(texts[0], /PaymentTimeout/);
    assert.match(texts[0], /1\.3 s/);
    assert.match(texts[1], /GET \/items\/\{id\}[\s\S]*\/items\/1/);
  });

  test('ui 9: a facet writes into the query and takes it out again, and Back undoes', async () => {
    const page = await open(list);
    await rows(page).nth(3).waitFor();
    const error = page.locator('[data-field=status]').getByLabel('error');
    await error.click();
    await page.waitForURL(/q=status/);
    assert.equal(await page.getByTestId('query').inputValue(), 'status = error');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=operation-row]').length === 1);
    await error.click();
    await rows(page).nth(3).waitFor();
    assert.equal(await page.getByTestId('query').inputValue(), '');
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=operation-row]').length === 1);
  });

  test('a query narrows; the URL holds it; a reload shows the same', async () => {
    const page = await open(list);
    await rows(page).nth(3).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('status = error AND duration > 1s');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=operation-row]').length === 1);
    assert.equal(new URL(page.url()).searchParams.get('q'), 'status = error AND duration > 1s');
    await page.reload();
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), 1);
    assert.equal(await page.getByTestId('query').inputValue(), 'status = error AND duration > 1s');
  });

  test('a mistake in the query is shown at its place', async () => {
    const page = await open(`${list}&q=${encodeURIComponent('status = error AND')}`, { expected: [400] });
    await page.getByTestId('problem').waitFor();
    await reads(page.getByTestId('problem'), /column 1[0-9]/);
    await reads(page.getByTestId('problem-place'), /status = error AND/);
    assert.equal(await rows(page).count(), 0);
    await page.getByTestId('query').fill('status = error');
    await page.getByTestId('query').press('Enter');
    await rows(page).first().waitFor();
  });

  test('an unknown field is named, and its fix is one click', async () => {
    const page = await open(`${list}&q=${encodeURIComponent('statsu = error')}`, { expected: [400] });
    const place = page.getByTestId('problem-place').locator('mark');
    assert.equal(await place.innerText(), 'statsu');
    const fix = page.getByTestId('problem').getByRole('button');
    if (await fix.count()) {
      await fix.click();
      await rows(page).first().waitFor();
    }
  });

  test('nothing found says what was asked', async () => {
    const page = await open(`${list}&q=${encodeURIComponent('duration > 1h')}`);
    await page.getByTestId('no-match').waitFor();
    await reads(page.getByTestId('no-match'), /duration > 1h/);
  });

  test('ui 11: scrolling loads every operation once', async () => {
    const page = await open(`operations?service=${busy}`);
    await rows(page).first().waitFor();
    const grid = page.getByRole('grid', { name: 'Operations' });
    const seen = new Set();
    await page.waitForFunction(() => document.querySelector('[role=grid]').textContent.includes('GET /items'));
    for (let i = 0; i < 200 && seen.size < MANY; i++) {
      for (const id of await rows(page).evaluateAll((all) => all.map((row) => row.id))) seen.add(id);
      await grid.evaluate((element) => element.scrollBy(0, 400));
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    }
    assert.equal(seen.size, MANY);
  });

  test('a new operation appears by itself, and waits while one reads further down', async () => {
    const fresh = newService('fresh');
    await send(...Array.from({ length: 60 }, (_, i) => quick(fresh, Date.now() - 1_000 - i * 100, i)));
    await operations(fresh, 60);
    const page = await open(`operations?service=${fresh}`);
    await rows(page).first().waitFor();
    await send(quick(fresh, Date.now(), 1001));
    await page.getByText('/items/1001').waitFor();

    const grid = page.getByRole('grid', { name: 'Operations' });
    await grid.evaluate((element) => element.scrollTo(0, 500));
    const before = await grid.evaluate((element) => element.scrollTop);
    await send(quick(fresh, Date.now(), 1002));
    await page.getByTestId('show-new').waitFor();
    assert.equal(await grid.evaluate((element) => element.scrollTop), before);
    await page.getByTestId('show-new').click();
    await page.getByText('/items/1002').waitFor();
  });

  test('a server that is gone is said, what is shown stays, and its return is noticed', async () => {
    const page = await open(list);
    await rows(page).nth(3).waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByTestId('server-gone').waitFor();
    assert.equal(await rows(page).count(), 4);
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByTestId('server-gone').waitFor({ state: 'detached' });
  });

  test('keys select, open and come back', async () => {
    const page = await open(list);
    await rows(page).nth(3).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = await rows(page).nth(1).getAttribute('id');
    await page.waitForURL(new RegExp(`sel=${second.slice(3)}`));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'GET /items/{id}' }).waitFor();
    await page.keyboard.press('Escape');
    await rows(page).first().waitFor();
    assert.equal(await page.locator('[aria-selected=true]').getAttribute('id'), second);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  });
});
