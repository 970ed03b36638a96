// How the pages beside the operations look: themes, small screens, assistive technology, and telemetry that means harm.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually, get, operations } from './lib/api.js';
import { accessible, open, shot, useBrowser } from './lib/browser.js';
import { hostile, newService } from './lib/data.js';
import { fleet } from './lib/fleet.js';
import { send } from './lib/otlp.js';

describe('look of the pages', () => {
  useBrowser();
  const f = fleet('view', Date.now());
  const evil = hostile(newService('evil-page'), Date.now() - 5_000);
  const about = encodeURIComponent(f.front);
  const views = [];
  const evils = [];

  before(async () => {
    await send(...f.traces, evil);
    await Promise.all([operations(f.front, 80), operations(f.back, 80)]);
    const [group] = await eventually('the error', async () => (await get(`errors?service=${about}&from=now-1h`)).items, (items) => items.length > 0);
    const alert = (items) => items.find((a) => a.labels.service === f.front || a.labels.service === f.back);
    const alerts = await eventually('an alert', async () => (await get('alerts')).items, (items) => alert(items) !== undefined);
    const [failed] = (await get(`operations?service=${about}&status=error&limit=1`)).items;
    const error = `errors/${group.fingerprint}?of=${about}&from=now-1h`;
    views.push(
      ['errors', `errors?service=${about}&from=now-1h`, 'error-row'], ['error', error, 'differences'], ['error-operations', `${error}&tab=events`, 'error-event'], ['error-why', `${error}&tab=why`, 'why-grouped'],
      ['alerts', 'alerts', 'alert-row'], ['alert', `alerts/${alert(alerts).id}`, 'alert'], ['rules', 'alerts?state=rules', 'rule'], ['map', `map?focus=${about}&sel=${encodeURIComponent(`service:${f.front}`)}`, 'map-graph'],
      ['map-table', `map?focus=${about}&view=table`, 'map-row'], ['map-matrix', `map?focus=${about}&view=matrix`, 'map-matrix'], ['latency', `latency?service=${about}`, 'time-chart'], ['heatmap', `latency?service=${about}&mode=heatmap`, 'heatmap'],
      ['compare', `latency?service=${about}&mode=compare`, 'compared'], ['quality', 'quality', 'quality-row'], ['quality-service', `quality/${about}`, 'quality-service'],
      ['commands', `commands?service=${about}&from=now-1h&sel=${failed.operation_id}`, 'command-panel'], ['settings', 'settings', 'status'],
    );
    const [bad] = await eventually('the hostile error', async () => (await get(`errors?service=${encodeURIComponent(evil.service)}&from=now-1h`)).items, (items) => items.length > 0);
    const [op] = (await get(`traces/${evil.id}/operations`)).items;
    evils.push(
      [`errors?service=${encodeURIComponent(evil.service)}&from=now-1h`, 'error-row'], [`errors/${bad.fingerprint}?from=now-1h`, 'differences'], [`errors/${bad.fingerprint}?from=now-1h&tab=stack`, 'error-group'], [`errors/${bad.fingerprint}?from=now-1h&tab=why`, 'why-grouped'],
      [`map?focus=${encodeURIComponent(evil.service)}`, 'map-node'], [`map?focus=${encodeURIComponent(evil.service)}&view=table`, 'map-row'], [`map?focus=${encodeURIComponent(evil.service)}&view=matrix`, 'map-matrix'],
      [`latency?service=${encodeURIComponent(evil.service)}&by=name`, 'time-chart'], [`latency?service=${encodeURIComponent(evil.service)}&mode=windows`, 'compared'], [`quality/${encodeURIComponent(evil.service)}`, 'quality-service'],
      [`commands?from=now-1h&service=${encodeURIComponent(evil.service)}&sel=${op.operation_id}`, 'command-panel'], ['alerts', 'alert-row'],
    );
    await eventually('the quality', async () => (await get('quality')).items, (items) => [f.front, evil.service].every((name) => items.some((q) => q.service_name === name)));
    await eventually('the map', async () => (await get('map')).nodes, (nodes) => [f.front, evil.service].every((name) => nodes.some((n) => n.name === name)));
  });

  for (const theme of ['light', 'dark']) {
    test(`ui 36: every page is accessible in the ${theme} theme`, async () => {
      for (const [name, path, id] of views) {
        const page = await open(path, { theme });
        await page.getByTestId(id).first().waitFor();
        await accessible(page);
        await shot(page, `page-${name}-${theme}`);
        await page.close();
      }
    });
  }

  test('ui 40: nothing is wider than a small screen', async () => {
    for (const [name, path, id] of views) {
      const page = await open(path, { width: 375, height: 780 });
      await page.getByTestId(id).first().waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 375, `${name} is too wide`);
      await shot(page, `page-${name}-small`);
      await page.close();
    }
  });

  test('ui 38: what telemetry holds is text on every page', async () => {
    for (const [path, id] of evils) {
      const page = await open(path);
      await page.getByTestId(id).first().waitFor();
      await page.waitForFunction(() => /onerror|<img/.test(document.getElementById('main').textContent)); // the text itself
      const found = await page.evaluate(() => ({
        ran: 'hacked' in globalThis,
        elements: document.querySelectorAll('#root img, #root script, #root iframe, dialog img').length,
        links: [...document.querySelectorAll('a[href]')].map((a) => a.href).filter((href) => !/^https?:/.test(href)),
      }));
      assert.deepEqual(found, { ran: false, elements: 0, links: [] }, path);
      await page.close();
    }
  });
});
