// Errors and alerts: what they say, where they lead, and what can be done there.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually, get, operations } from './lib/api.js';
import { accessible, open, reads, useBrowser } from './lib/browser.js';
import { failing, newService } from './lib/data.js';
import { fleet } from './lib/fleet.js';
import { send } from './lib/otlp.js';

describe('errors and alerts', () => {
  useBrowser();
  const f = fleet('errors', Date.now());
  const about = encodeURIComponent(f.front);
  let group;

  before(async () => {
    await send(...f.traces);
    await Promise.all([operations(f.front, 80), operations(f.back, 80)]);
    [group] = await eventually('the error', async () => (await get(`errors?service=${about}&from=now-1h`)).items, (items) => items[0]?.count === f.failed);
  });

  test('ui 27-29: errors: a group with its count, its share and its kind; the keyboard opens it', async () => {
    const page = await open(`errors?service=${about}&from=now-1h`);
    const row = page.getByTestId('error-row').first();
    await row.waitFor();
    await page.waitForFunction(() => /10 %/.test(document.querySelector('[data-testid=error-row]').innerText));
    for (const part of [/PaymentTimeout/, /timeout/, /POST \/checkout/, new RegExp(group.state), /\b8\b/]) await reads(row, part);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByTestId('error-group').waitFor();
    assert.match(page.url(), new RegExp(`/errors/${encodeURIComponent(group.fingerprint)}`));
    await page.keyboard.press('Escape');
    await row.waitFor();
  });

  test('ui 27-29: an error: whose fault, what is different, whom it hits, and why it is one', async () => {
    const page = await open(`errors/${group.fingerprint}?of=${about}&from=now-1h`);
    await page.getByTestId('differences').getByText('2.0.0').waitFor();
    const different = await page.getByTestId('differences').innerText();
    assert.match(different, /100 %[\s\S]*of the failures[\s\S]*44 %[\s\S]*of the others/);
    await reads(page.getByTestId('verdict'), /A dependency failed|Ran out of time/);
    await page.getByTestId('blast').getByText('10 % of 80').waitFor();
    await page.getByRole('tab', { name: 'Stack' }).click();
    await page.getByText('/app/src/payment.js:42:11').waitFor();
    await page.getByRole('tab', { name: /^Operations/ }).click();
    await page.getByTestId('error-event').nth(7).waitFor();
    await page.getByRole('tab', { name: 'Why grouped' }).click();
    await page.getByTestId('why-grouped').getByText(/frames of the application/i).first().waitFor();
  });

  test('ui 27-29: an error that is resolved stands among the resolved, with its note, until it is opened again', async () => {
    const page = await open(`errors/${group.fingerprint}?of=${about}&from=now-1h`);
    await page.getByLabel('Note on the decision').fill('mended by a longer timeout');
    await page.getByLabel('Version that holds the mend').fill('2.0.1');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByTestId('error-note').getByText('mended by a longer timeout').waitFor();
    await page.goto(new URL(`errors?service=${about}&from=now-1h&state=resolved`, page.url()).href.replace('/errors/errors', '/errors'));
    await page.getByTestId('error-row').first().waitFor();
    await page.getByLabel(/^Choose PaymentTimeout/).check();
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByTestId('no-errors').waitFor();
  });

  test('ui 27-29: errors are put together when that is confirmed, apart again by Undo, and one by one', async () => {
    const stock = newService('stock');
    const now = Date.now();
    await send(...[1, 2, 3].map((i) => failing(stock, now - i * 2_000, 'StockEmpty', 'no such item')), failing(stock, now - 9_000, 'StockGone', 'nothing is left of it'));
    await eventually('two errors', async () => (await get(`errors?service=${stock}&from=now-1h`)).items, (items) => items.length === 2 && items[0].count === 3);
    const page = await open(`errors?service=${stock}&from=now-1h`);
    const rows = page.getByTestId('error-row');
    await rows.nth(1).waitFor();
    const together = async () => {
      await page.getByLabel(/^Choose StockEmpty/).check();
      await page.getByLabel(/^Choose StockGone/).check();
      await page.getByRole('button', { name: 'Put together…' }).click();
      await page.getByText(/counted and decided about as one/).waitFor();
      await accessible(page);
      await page.keyboard.press('Enter');
      await rows.filter({ hasText: '2 in one' }).waitFor();
      await page.waitForFunction(() => document.querySelectorAll('[data-testid=error-row]').length === 1);
      await reads(rows.first(), /\b4\b/);
    };
    await together();
    await page.getByTestId('regrouped').getByRole('button', { name: 'Undo' }).click();
    await rows.nth(1).waitFor();
    await together();
    await rows.getByRole('link').first().click();
    await page.getByRole('tab', { name: 'Why grouped' }).click();
    const members = page.getByTestId('members');
    await members.getByLabel(/StockGone/).check();
    await members.getByRole('button', { name: 'Take out…' }).click();
    await accessible(page);
    await members.getByRole('button', { name: 'Take out', exact: true }).click();
    await page.getByTestId('regrouped').getByText('1 error taken out').waitFor();
    const left = (await get(`errors?service=${stock}&from=now-1h`)).items;
    assert.deepEqual(left.map((g) => [g.type, g.count, g.members ?? null]), [['StockEmpty', 3, null], ['StockGone', 1, null]]);
    await page.getByTestId('regrouped').getByRole('button', { name: 'Undo' }).click();
    await members.waitFor();
  });

  test('ui 30: a query becomes a rule, which is tried on what is stored', async () => {
    const page = await open(`operations?service=${about}&from=now-1h&q=${encodeURIComponent('status = error AND name = "POST /checkout"')}`);
    await page.getByTestId('operation-row').first().waitFor();
    await page.getByTestId('share').click();
    await page.getByTestId('alert-on-this').click();
    const rule = page.getByLabel('Rule, as YAML');
    assert.match(await rule.inputValue(), new RegExp(`type: error_rate[\\s\\S]*match: "service = ${f.front} AND name = `));
    await page.getByRole('button', { name: 'Test it' }).click();
    await page.getByTestId('tested').getByText(/would (not )?have fired/).waitFor();
    await page.getByRole('button', { name: /^Copy/ }).click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^name: from_a_query/);
  });

  test('ui 30: alerts: one of the new error leads to the operation; it is acknowledged and muted', async () => {
    const mine = (items) => items.find((a) => a.labels.service === f.front || a.labels.service === f.back);
    const alert = mine(await eventually('an alert', async () => (await get('alerts')).items, (items) => mine(items) !== undefined));
    const page = await open('alerts');
    await page.getByTestId('alert-row').getByText(alert.labels.service).first().waitFor();
    await page.goto(new URL(`alerts/${alert.id}`, page.url()).href);
    await page.getByTestId('alert').waitFor();
    await page.getByTestId('alert-change').first().waitFor();
    await page.getByTestId('alert-trend').getByTestId('time-chart').waitFor();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Looked after by').waitFor();
    await page.getByLabel('Reason').fill('we know');
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await page.getByText('(we know)').waitFor();
    await page.getByRole('button', { name: 'Unmute' }).click();
    await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();
    await page.getByTestId('evidence').getByRole('link').first().click();
    await page.getByTestId('timeline').waitFor();
  });

  test('ui 30: alerts: a rule is read as a sentence, and tried on what is stored; a mistake in it is told', async () => {
    const page = await open('alerts?state=rules&from=now-1h', { expected: [400] });
    const rule = page.getByTestId('rule').filter({ hasText: 'HighErrorRate' });
    await rule.getByText(/more than 5 % fail over 5 m/).waitFor();
    await page.getByLabel('Rule, as YAML').fill(`name: too_many\ntype: error_rate\nthreshold: 0.05\nwindow: 5m\nmin_requests: 5\nmin_errors: 1\nmatch: service = "${f.front}"\n`);
    await page.getByRole('button', { name: 'Test it' }).click();
    await page.getByTestId('tested').getByText(/would have fired/).waitFor();
    await page.getByTestId('firings').waitFor();
    await page.getByLabel('Rule, as YAML').fill('name: x\ntype: error_rate\nthreshold: 7\nwindow: 5m\n');
    await page.getByRole('button', { name: 'Test it' }).click();
    await page.getByRole('alert').getByText(/threshold/).waitFor();
  });

  test('ui 37: from an error to its cause with the keyboard alone', async () => {
    const page = await open(`errors?service=${about}&from=now-1h`);
    await page.getByTestId('error-row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const latest = page.getByTestId('error-group').getByRole('link', { name: 'POST /checkout' }).first();
    await latest.waitFor();
    await latest.focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('timeline').waitFor();
    assert.match(page.url(), /\/operations\//);
  });
});
