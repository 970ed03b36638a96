// Themes, small screens, and what people with other needs than eyes and a mouse get.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { get, operations, spans } from './lib/api.js';
import { accessible, open, shot, useBrowser } from './lib/browser.js';
import { checkout, newService, quick } from './lib/data.js';
import { send } from './lib/otlp.js';

describe('look', () => {
  useBrowser();
  const service = newService('look');
  let op;
  let views;

  before(async () => {
    const trace = checkout(service, Date.now() - 5_000);
    await send(trace, ...[1, 2, 3, 4, 5].map((i) => quick(service, Date.now() - i * 3_000, i)));
    op = (await operations(service, 6)).find((o) => o.name === 'POST /checkout');
    await spans(trace.id, 5);
    const page = `operations/${op.operation_id}`;
    // Of what else the store holds, a failure across services is the fullest page; the tests' own has one service.
    const failed = (await get('operations?limit=1000&status=error&from=now-7d')).items;
    const across = failed.find((o) => o.parent_operation_id) ?? op;
    views = [
      ['everything', 'operations?from=now-7d', 'operation-row'], ['across-services', `operations/${across.operation_id}`, 'timeline'],
      ['operations', `operations?service=${service}`, 'operation-row'], ['timeline', `${page}?span=${op.span_id}`, 'span-panel'], ['payload', `${page}?tab=payload`, 'payload'],
      ['error', `${page}?tab=error`, 'error'], ['steps', `${page}?tab=steps`, 'steps'], ['logs', `${page}?tab=logs`, 'logs'], ['attributes', `${page}?tab=attributes`, 'attributes'],
      ['raw', `${page}?tab=raw`, 'raw'], ['problem', `operations?q=${encodeURIComponent('statsu = error')}`, 'problem'], ['no-match', `operations?service=none-of-these`, 'no-match'],
    ];
  });

  for (const theme of ['light', 'dark']) {
    test(`ui 36: every view is accessible in the ${theme} theme`, async () => {
      for (const [name, path, id] of views) {
        const page = await open(path, { theme, expected: [400] });
        await page.getByTestId(id).first().waitFor();
        await accessible(page);
        await shot(page, `${name}-${theme}`);
      }
    });

    test(`the help and the range picker are accessible in the ${theme} theme`, async () => {
      const page = await open(views[0][1], { theme });
      await page.getByTestId('operation-row').first().waitFor();
      await page.getByTestId('range').click();
      await page.getByRole('dialog', { name: 'Time range' }).waitFor();
      await accessible(page);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Help' }).waitFor();
      await accessible(page);
    });

    test(`ui 40: nothing is wider than a small screen in the ${theme} theme`, async () => {
      for (const [name, path, id] of views) {
        const page = await open(path, { theme, width: 375, height: 780, expected: [400] });
        await page.getByTestId(id).first().waitFor();
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 375, `${name} is too wide`);
        await shot(page, `${name}-${theme}-small`);
      }
    });
  }

  test('the theme follows the system until one is chosen, and the choice stays', async () => {
    const page = await open(views[0][1], { theme: 'dark' });
    const light = () => page.evaluate(() => {
      const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
      return (r + g + b) / 3 > 128;
    });
    const button = page.getByTestId('theme');
    await button.waitFor();
    assert.equal(await light(), false);
    await button.click();
    assert.equal(await light(), true);
    await page.reload();
    await button.waitFor();
    assert.equal(await light(), true);
    await button.click();
    assert.equal(await light(), false);
  });
});
