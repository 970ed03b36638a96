// The commands ledger and the settings; and what holds for every page.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually, get, operations } from './lib/api.js';
import { open, reads, useBrowser } from './lib/browser.js';
import { fleet } from './lib/fleet.js';
import { send } from './lib/otlp.js';

describe('commands, settings, all pages', () => {
  useBrowser();
  const f = fleet('ledger', Date.now());
  const about = encodeURIComponent(f.front);
  let group;
  let failed;

  before(async () => {
    await send(...f.traces);
    await Promise.all([operations(f.front, 80), operations(f.back, 80)]);
    [group] = await eventually('the error', async () => (await get(`errors?service=${about}&from=now-1h`)).items, (items) => items[0]?.count === f.failed);
    [failed] = (await get(`operations?service=${about}&status=error&limit=1`)).items;
  });

  test('ui 34: commands: found by actor; effects; a review is added and stays; the request is guarded and holds no secret', async () => {
    const page = await open(`commands?service=${about}&from=now-1h&q=${encodeURIComponent('status = error')}`, { expected: [409] });
    await page.getByTestId('command-row').nth(f.failed - 1).waitFor();
    await page.getByLabel('Actor').fill('u_0');
    await page.getByLabel('Actor').press('Enter');
    await page.waitForURL(/actor=u_0/);
    await page.keyboard.press('j');
    const panel = page.getByTestId('command-panel');
    await panel.getByTestId('effects').getByText(/INSERT/).waitFor();
    await panel.getByLabel('Note').fill('refunded by hand');
    await panel.getByLabel('State').selectOption('fixed');
    await panel.getByRole('button', { name: 'Add' }).click();
    await panel.getByText('refunded by hand').waitFor();
    await page.getByTestId('command-row').filter({ hasText: 'fixed' }).waitFor();
    await panel.getByTestId('reproduce').click();
    await panel.getByRole('button', { name: 'I know what it does: show it' }).click();
    const text = panel.getByTestId('reproduction-text');
    await text.waitFor();
    const request = await text.innerText();
    assert.match(request, /^curl/);
    assert.match(request, /\/checkout/);
    assert.match(request, /Idempotency-Key/i);
    assert.ok(!request.includes('s3cr3t'), 'a secret is a placeholder');
    await panel.getByLabel('As').selectOption('http');
    await panel.getByText(/^POST \/checkout/).waitFor();
  });

  test('settings: what is stored, as the API says, and the theme', async () => {
    const page = await open('settings');
    await page.getByTestId('status').waitFor();
    const { store, version } = await get('status');
    const shown = await reads(page.getByTestId('status'), /Engine/);
    assert.ok(shown.includes(version));
    assert.ok(shown.includes(store.engine));
    await page.getByLabel('dark').check();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  });

  test('the keyboard goes from page to page, and query, range and service go along', async () => {
    const page = await open(`operations?service=${about}&from=now-1h`);
    await page.getByTestId('operation-row').first().waitFor();
    for (const [key, id] of [['e', 'error-row'], ['l', 'time-chart'], ['c', 'command-row'], ['q', 'quality-row'], ['a', 'alert-row'], ['m', 'map-graph'], ['o', 'operation-row']]) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.getByTestId(id).first().waitFor();
    }
    assert.equal(new URL(page.url()).searchParams.get('service'), f.front);
  });

  const views = [
    ['errors', 'errors?from=now-1h', 'error-row'], ['error', () => `errors/${group.fingerprint}?of=${about}&from=now-1h`, 'error-group'], ['alerts', 'alerts', 'alert-row'],
    ['map', () => `map?focus=${about}`, 'map-graph'], ['latency', `latency?service=${about}`, 'time-chart'], ['commands', () => `commands?from=now-1h&sel=${failed.operation_id}&service=${about}`, 'command-panel'],
    ['quality', 'quality', 'quality-row'], ['settings', 'settings', 'status'],
  ];
  test('ui 35: every page is a link: loaded cold and reloaded it shows the same', async () => {
    for (const [, path, id] of views) {
      const page = await open(typeof path === 'string' ? path : path());
      await page.getByTestId(id).first().waitFor();
      const address = page.url();
      await page.reload();
      await page.getByTestId(id).first().waitFor();
      assert.equal(page.url(), address);
    }
  });

  test('empty ranges, unknown things and mistakes are told in words', async () => {
    const nothing = 'from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z';
    for (const [path, id] of [
      [`errors?${nothing}`, 'no-errors'], [`commands?${nothing}`, 'no-commands'], [`latency?${nothing}`, 'latency-empty'], [`map?${nothing}`, 'map-empty'], [`quality?${nothing}`, 'quality-empty'],
      ['errors/fp1:0000000000000000', 'not-found'], ['alerts/none', 'not-found'], [`errors?q=${encodeURIComponent('statsu = error')}`, 'problem'], [`latency?q=${encodeURIComponent('duration > 1')}`, 'problem'],
    ]) {
      const page = await open(path, { expected: [400, 404] });
      await page.getByTestId(id).first().waitFor();
    }
  });
});
