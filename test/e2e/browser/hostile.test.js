// Telemetry is written by others: none of it may run, link elsewhere, or become part of the page.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually, get, spans } from './lib/api.js';
import { open, reads, useBrowser } from './lib/browser.js';
import { XSS, hostile, newService } from './lib/data.js';
import { send } from './lib/otlp.js';

const TABS = ['timeline', 'payload', 'error', 'steps', 'logs', 'attributes', 'raw'];

describe('hostile telemetry', () => {
  useBrowser();
  const service = newService('evil');
  let op;

  before(async () => {
    const trace = hostile(service, Date.now() - 5_000);
    await send(trace);
    [op] = await eventually('the hostile operation', async () => (await get(`traces/${trace.id}/operations`)).items, (items) => items.length > 0);
    await spans(trace.id, 2);
  });

  async function harmless(page) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const found = await page.evaluate(() => ({
      ran: 'hacked' in globalThis,
      elements: document.querySelectorAll('#root img, #root script, #root iframe, dialog img').length,
      links: [...document.querySelectorAll('a[href]')].map((a) => a.href).filter((href) => !/^https?:/.test(href)),
    }));
    assert.deepEqual(found, { ran: false, elements: 0, links: [] });
  }

  test('ui 38: is text in the list', async () => {
    const page = await open(`operations?service=${encodeURIComponent(op.service_name)}`);
    const row = page.getByTestId('operation-row').first();
    await row.waitFor();
    assert.ok((await row.innerText()).includes('<img'));
    await harmless(page);
  });

  for (const tab of TABS) {
    test(`is text in the tab ${tab}`, async () => {
      const page = await open(`operations/${op.operation_id}?tab=${tab}&span=${op.span_id}`);
      await page.getByTestId(tab).waitFor();
      await reads(page.getByRole('tabpanel'), /onerror/); // the text itself
      for (const summary of await page.locator('details:not([open]) > summary').all()) await summary.click();
      await harmless(page);
    });
  }

  test('ui 38: is text in the query, too', async () => {
    const page = await open(`operations?q=${encodeURIComponent(XSS)}&service=${encodeURIComponent(XSS)}`, { expected: [400] });
    await page.getByTestId('problem').or(page.getByTestId('no-match')).waitFor();
    await harmless(page);
  });
});
