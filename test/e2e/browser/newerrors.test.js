// Errors that were not seen before.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually, get, operations } from './lib/api.js';
import { accessible, open, reads, useBrowser } from './lib/browser.js';
import { failing, newService } from './lib/data.js';
import { send } from './lib/otlp.js';

const HOUR_MS = 3_600_000;

describe('new errors', () => {
  useBrowser();
  const service = newService('fresh');
  const of = `service = ${service}`;
  const list = (q) => `operations?from=now-3d&to=now&q=${encodeURIComponent(q)}`;
  const rows = (page) => page.getByTestId('operation-row');
  let all;

  before(async () => {
    const now = Date.now();
    await send(failing(service, now - 40 * HOUR_MS, 'KnownError', 'disk is full'), failing(service, now - 60_000, 'KnownError', 'disk is full'), failing(service, now - 30_000, 'FreshError', 'no route to host'));
    await eventually(`3 operations of ${service}`, async () => (await get(`operations?from=now-3d&service=${service}`)).items, (items) => items.length >= 3);
    all = await operations(service, 2);
  });

  test('ui 3.1: an error that is new is marked in the list and on the operation, one that is known is not', async () => {
    const page = await open(list(of));
    await rows(page).nth(2).waitFor();
    await page.getByTestId('new-error').nth(1).waitFor(); // the first of the known one was new, two days ago
    const marked = await rows(page).evaluateAll((found) => found.map((row) => row.querySelector('[data-testid=new-error]') !== null));
    assert.deepEqual(marked, [true, false, true]);
    await accessible(page);
    const fresh = all.find((op) => op.error_type === 'FreshError');
    const known = all.find((op) => op.error_type === 'KnownError');
    await page.goto(new URL(`operations/${fresh.operation_id}`, page.url()).href);
    await page.getByTestId('new-error').waitFor();
    await page.goto(new URL(known.operation_id, page.url()).href);
    await page.getByRole('heading', { name: 'GET /stock' }).waitFor();
    await page.getByText('KnownError').first().waitFor();
    assert.equal(await page.getByTestId('new-error').count(), 0);
  });

  test('ui 8: error.new is completed by keys, and finds the operations', async () => {
    const page = await open(list(of));
    await rows(page).nth(2).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('End');
    await page.keyboard.type(' AND error.ne');
    await page.getByRole('option', { name: /error\.new/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('= true');
    await page.keyboard.press('Enter');
    await page.waitForURL(/error\.new/);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=operation-row]').length === 2);
    await reads(rows(page).first(), /FreshError/);
    await page.goto(new URL(list(`${of} AND NOT error.new = true`), page.url()).href);
    await reads(rows(page).first(), /KnownError/);
    assert.equal(await rows(page).count(), 1);
  });
});
