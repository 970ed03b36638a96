// The page of one operation.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { get, operations, spans } from './lib/api.js';
import { accessible, open, reads, useBrowser } from './lib/browser.js';
import { checkout, delivery, manyAuthors, newService, withSecrets } from './lib/data.js';
import { URL_BASE } from './lib/env.js';
import { send } from './lib/otlp.js';

describe('operation', () => {
  useBrowser();
  const service = newService('page');
  let op;
  let kept;
  let secret;
  let attempts;
  let repeated;
  const rows = (page) => page.getByTestId('span-row');

  before(async () => {
    const trace = checkout(service, Date.now() - 5_000);
    await send(trace);
    [op] = await operations(service);
    kept = await spans(trace.id, 5);
    const others = newService('others');
    const now = Date.now();
    await send(withSecrets(others, now - 9_000), ...[1, 2].map((n) => delivery(others, now - 9_000 + n * 1_000, `m-${others}`, n === 1)), manyAuthors(others, now - 8_000));
    const sent = await operations(others, 4);
    secret = sent.find((o) => o.name === 'POST /accounts');
    attempts = sent.filter((o) => o.message_id).sort((a, b) => (a.start_time < b.start_time ? -1 : 1));
    repeated = sent.find((o) => o.name === 'GET /posts');
    await spans(repeated.trace_id, 105);
  });

  test('a click on a row of the list opens it', async () => {
    const page = await open(`operations?service=${service}`);
    await page.getByTestId('operation-row').first().click();
    await page.getByRole('heading', { level: 1, name: 'POST /checkout' }).waitFor();
    assert.equal(new URL(page.url()).pathname.split('/').at(-1), op.operation_id);
    await page.getByText('u_browser').waitFor();
    await page.getByRole('link', { name: 'Operations', exact: true }).last().click();
    await page.getByTestId('operation-row').first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get('service'), service);
  });

  test('ui 13-18: the timeline has every span, in the right place', async () => {
    const page = await open(`operations/${op.operation_id}`);
    await rows(page).nth(4).waitFor();
    assert.equal(await rows(page).count(), kept.length);
    const start = kept.map((s) => BigInt(s.start_time)).reduce((a, b) => (a < b ? a : b));
    const whole = Math.max(...kept.map((s) => Number(BigInt(s.start_time) - start) + s.duration));
    const names = (await rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('aria-label').split(',')[0])));
    assert.deepEqual([...names].sort(), kept.map((s) => s.name).sort());
    for (const [i, name] of names.entries()) {
      const span = kept.find((s) => s.name === name);
      const bar = await rows(page).nth(i).getByTestId('span-bar').evaluate((element) => {
        const box = element.getBoundingClientRect();
        const track = element.parentElement.getBoundingClientRect();
        return { left: (box.left - track.left) / track.width, width: box.width / track.width, pixel: 1 / track.width };
      });
      const left = Number(BigInt(span.start_time) - start) / whole;
      assert.ok(Math.abs(bar.left - left) <= 1.5 * bar.pixel, `${name} starts at ${bar.left}, want ${left}`);
      assert.ok(Math.abs(bar.width - span.duration / whole) <= 2.5 * bar.pixel, `${name} is ${bar.width} wide, want ${span.duration / whole}`);
    }
  });

  test('ui 13-18: the timeline folds and walks by keys, as a tree grid', async () => {
    const page = await open(`operations/${op.operation_id}`);
    await rows(page).nth(4).waitFor();
    const grid = page.getByRole('treegrid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByTestId('span-panel').waitFor();
    assert.equal(await page.locator('[role=row][aria-selected=true]').getAttribute('aria-level'), '1');
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=span-row]').length === 1);
    await page.keyboard.press('ArrowRight');
    await rows(page).nth(4).waitFor();
    await page.keyboard.press('e');
    assert.match(await page.locator('[role=row][aria-selected=true]').getAttribute('aria-label'), /error/);
    await page.keyboard.press('Escape');
    await page.getByTestId('span-panel').waitFor({ state: 'detached' });
  });

  test('ui 13-18: a link to a span shows the same after a reload', async () => {
    const span = kept.find((s) => s.name === 'SELECT prices');
    const page = await open(`operations/${op.operation_id}?span=${span.span_id}`);
    const panel = page.getByTestId('span-panel');
    await reads(panel, /SELECT price FROM prices[\s\S]*Resource/);
    await page.reload();
    await reads(panel, /SELECT price FROM prices[\s\S]*Resource/);
    assert.equal(await page.getByRole('row', { selected: true }).getByText('SELECT prices').count(), 1);
  });

  test('ui 26: a log record is a dot on its span', async () => {
    const page = await open(`operations/${op.operation_id}`);
    await page.getByTestId('log-dot').waitFor();
    assert.match(await page.getByTestId('log-dot').getAttribute('title'), /ERROR charge failed/);
  });

  test('ui 24: request and response are shown as trees', async () => {
    const page = await open(`operations/${op.operation_id}?tab=payload`);
    const request = page.getByRole('region', { name: 'Request' });
    await request.getByText('A-1').waitFor();
    await reads(page.getByRole('region', { name: 'Response' }), /PaymentTimeout/);
    await request.getByRole('button', { name: 'Show as text' }).click();
    await reads(request, /\{"cart"/);
  });

  for (const [tab, text] of [
    ['error', /PaymentTimeout[\s\S]*payment\.js:42/], ['steps', /orders/], ['logs', /charge failed/], ['attributes', /service\.version/], ['raw', /"operation_id"/],
  ]) {
    test(`the tab ${tab} is a link`, async () => {
      const page = await open(`operations/${op.operation_id}?tab=${tab}`);
      const panel = page.getByTestId(tab);
      await panel.waitFor();
      await reads(panel, text);
      await page.getByRole('tab', { name: 'Timeline' }).click();
      await page.waitForURL(/tab=timeline/);
      await page.goBack();
      await panel.waitFor();
    });
  }

  test('a big integer keeps all of its digits', async () => {
    const page = await open(`operations/${op.operation_id}?tab=attributes`);
    await page.getByTestId('attributes').getByText('9007199254740993').waitFor();
  });

  test('ui 24: what redaction hid is shown as such, and how much', async () => {
    const page = await open(`operations/${secret.operation_id}?tab=payload`);
    const request = page.getByRole('region', { name: 'Request' });
    await request.getByTestId('redacted').first().waitFor();
    await reads(request, /\d+ values? hidden by redaction/);
    assert.ok(!(await page.getByTestId('payload').innerText()).includes('ada@example.org'));
    await accessible(page);
  });

  test('a request is told so that it can be sent again, and opslog does not send it', async () => {
    const page = await open(`operations/${op.operation_id}?tab=payload`, { expected: [409] });
    await page.getByTestId('reproduce').click();
    await page.getByTestId('reproduction').waitFor();
    const refused = page.getByRole('button', { name: /show it/ });
    await refused.or(page.getByTestId('reproduction-text')).waitFor();
    if (await refused.count()) await refused.click();
    await reads(page.getByTestId('reproduction-text'), /^curl/);
  });

  test('ui 25: the root cause leads to its span', async () => {
    const page = await open(`operations/${op.operation_id}`);
    await page.getByTestId('root-cause').getByRole('link', { name: 'Show span' }).click();
    await page.getByTestId('span-panel').getByText('pay.example.com').first().waitFor();
  });

  test('ui 26: log records have rows of their own where that is asked for', async () => {
    const page = await open(`operations/${op.operation_id}`);
    await page.getByLabel('log rows').check();
    await page.getByTestId('log-row').getByText('charge failed').waitFor();
    await accessible(page);
    await page.reload();
    await page.getByTestId('log-row').waitFor();
  });

  test('links to other tools are those of the configuration, filled', async () => {
    const page = await open(`operations/${op.operation_id}?tab=error`);
    const links = page.getByTestId('out-links').getByRole('link', { name: 'Dashboard' });
    assert.match(await links.getAttribute('href'), new RegExp(`^https://dash\\.example\\.com/d\\?service=${service}&from=\\d+`));
    await page.getByRole('link', { name: 'Source' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Source' }).getAttribute('href'), 'https://git.example.com/1.0.0/app/src/payment.js#L42');
  });

  test('a value leads to the operations that have it', async () => {
    const page = await open(`operations/${op.operation_id}?tab=attributes`);
    const row = page.getByRole('row').filter({ hasText: 'service.name' }).first();
    await row.hover();
    await row.getByRole('link', { name: /Operations with/ }).first().click();
    await page.getByTestId('operation-row').first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get('q'), `resource.service.name = ${service}`);
  });

  test('attempts at the same work are listed, each a way to it', async () => {
    const page = await open(`operations/${attempts[1].operation_id}`);
    const list = page.getByTestId('attempts');
    await list.waitFor();
    assert.equal(await list.getByRole('listitem').count(), 2);
    await list.getByRole('link').first().click();
    await page.waitForURL(new RegExp(attempts[0].operation_id));
  });

  test('ui 19-23: repeated calls are one row, which unfolds; the finding leads to them', async () => {
    const page = await open(`operations/${repeated.operation_id}`);
    await page.getByTestId('span-group').getByText('×103').waitFor();
    await reads(page.getByTestId('findings'), /N\+1 ×103/);
    await page.getByTestId('findings').getByRole('link', { name: 'Others like it' }).waitFor();
    await page.getByLabel('Unfold', { exact: true }).first().click();
    await rows(page).nth(20).waitFor();
  });

  test('ui 13-18: flame graph and table show the same spans; the critical path is the server’s', async () => {
    const page = await open(`operations/${op.operation_id}`);
    await rows(page).nth(4).waitFor();
    const trace = await get(`traces/${op.trace_id}`);
    assert.equal(await page.getByTestId('critical').count(), trace.critical.length);
    await page.keyboard.press('t');
    const table = page.getByTestId('span-table');
    await table.getByText('price cart').waitFor();
    await accessible(page);
    await page.keyboard.press('f');
    const flame = page.getByTestId('flame');
    await flame.waitFor();
    await flame.hover({ position: { x: 300, y: 10 } });
    await flame.getByText('POST /checkout').waitFor();
    await accessible(page);
  });

  test('ui 26: spans are found by a condition', async () => {
    const page = await open(`operations/${op.operation_id}?fq=${encodeURIComponent('span.duration > 500ms')}&only=1`);
    await page.getByTestId('find-count').getByText('2 found').waitFor();
    assert.equal(await rows(page).count(), 2);
  });

  for (const [tab, id, text] of [['before', 'before', /price cart[\s\S]*INSERT orders/], ['compare', 'compare', /operation|Compare/], ['story', 'story', /failed/]]) {
    test(`the tab ${tab} is a link`, async () => {
      const page = await open(`operations/${op.operation_id}?tab=${tab}`);
      await page.getByTestId(id).waitFor();
      await reads(page.getByTestId(id), text);
      await accessible(page);
    });
  }

  test('an operation that is not stored says so', async () => {
    const page = await open(`operations/${'0'.repeat(32)}`, { expected: [404] });
    await page.getByTestId('not-stored').waitFor();
  });

  test('what the page shows is what the API says', async () => {
    const response = await fetch(new URL(`api/opslog/v1/operations/${op.operation_id}`, URL_BASE));
    const page = await open(`operations/${op.operation_id}?tab=raw`);
    await page.getByTestId('raw').waitFor();
    const compact = (text) => text.replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '');
    assert.equal(compact(await page.getByTestId('raw').locator('pre').innerText()), compact(await response.text()));
  });
});
