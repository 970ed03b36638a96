// Kept spans as rows of the list.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { operations, spans } from './lib/api.js';
import { accessible, open, shot, useBrowser } from './lib/browser.js';
import { checkout, newService } from './lib/data.js';
import { send } from './lib/otlp.js';

describe('spans', () => {
  useBrowser();
  const service = newService('rows');
  const rows = (page) => page.getByTestId('span-row');
  const asked = (page) => new URL(page.url()).searchParams;
  const all = `operations?scope=spans&q=${encodeURIComponent(`service = ${service}`)}`;
  let failed;

  before(async () => {
    const now = Date.now();
    await send(checkout(service, now - 5_000), checkout(service, now - 65_000));
    [failed] = await operations(service, 2);
    await spans(failed.trace_id, 5);
  });

  test('ui 3.1: the switch makes spans the rows; a query over spans, sorting and reload keep to the address', async () => {
    const page = await open(`operations?q=${encodeURIComponent(`service = ${service}`)}`);
    await page.getByTestId('operation-row').nth(1).waitFor();
    await page.getByTestId('scope').getByRole('button', { name: 'Spans' }).click();
    await rows(page).nth(4).waitFor();
    assert.equal(asked(page).get('scope'), 'spans');
    await page.keyboard.press('/');
    await page.keyboard.press('End');
    await page.keyboard.type(' AND db.system = postgresql AND duration > 35ms');
    await page.keyboard.press('Enter');
    await page.waitForURL(/35ms/);
    await page.waitForFunction((name) => [...document.querySelectorAll('[data-testid=span-row]')].every((row) => row.textContent.includes(name)), 'SELECT prices');
    assert.match(await rows(page).first().innerText(), /SELECT price FROM prices/);
    await page.reload();
    await rows(page).first().waitFor();
    await page.getByRole('button', { name: 'Clear the query' }).click();
    await page.getByTestId('query').fill(`service = ${service}`);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Duration' }).click();
    await page.waitForURL(/sort=duration/);
    await page.waitForFunction(() => document.querySelector('[data-testid=span-row]')?.textContent.includes('POST /checkout'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('s');
    await page.getByTestId('operation-row').nth(1).waitFor();
    assert.equal(asked(page).get('scope'), null);
  });

  test('ui 3.1: keys choose a span and open it in the tree of its operation', async () => {
    const page = await open(`operations?scope=spans&q=${encodeURIComponent(`service = ${service} AND trace = ${failed.trace_id} AND name = "SELECT prices"`)}`);
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await page.waitForURL(/sel=/);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`operations/${failed.operation_id}.*span=`));
    await page.locator('[role=treegrid] [aria-selected=true]').filter({ hasText: 'SELECT prices' }).waitFor();
    await page.goBack();
    await rows(page).first().waitFor();
  });

  test('ui 7: what spans cannot be asked is underlined and said', async () => {
    const page = await open('operations?scope=spans');
    await page.getByTestId('query').fill('| count() by service');
    await page.getByText(/sampling keeps a part of them only/).first().waitFor();
    await page.getByTestId('squiggle').waitFor();
  });

  test('ui 36: axe finds nothing on the rows of spans, light and dark; 375 pixels', async () => {
    for (const theme of ['light', 'dark']) {
      const page = await open(all, { theme });
      await rows(page).nth(4).waitFor();
      await accessible(page);
      await shot(page, `spans-${theme}`);
    }
    const small = await open(all, { width: 375, height: 700 });
    await rows(small).first().waitFor();
    assert.ok(await small.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
});
