import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { chromium } from 'playwright-core';
import { CHROMIUM, PATIENCE, SHOTS, URL_BASE } from './env.js';

let browser;
const contexts = [];
let faults = [];

/** Registers the hooks of a test file: one browser, and after each test no page has anything to complain of. */
export function useBrowser() {
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  });
  afterEach(async (t) => {
    if (t.passed === false) await Promise.all(contexts.flatMap((c) => c.pages()).map((page, i) => shot(page, `failed-${t.name.replace(/\W+/g, '-')}-${i}`)));
    for (const context of contexts.splice(0)) await context.close();
    assert.deepEqual(faults.splice(0), []);
  });
  after(() => browser?.close());
}

/** A page with a profile of its own. Answers whose status is among expected are no fault, requests to another base are one. */
export async function open(path, { width = 1440, height = 900, theme = 'light', expected = [], base = URL_BASE, refused = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
  contexts.push(context);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  watch(page, expected, base, refused);
  await page.goto(new URL(path, base).href);
  return page;
}

function watch(page, expected, base, refused) {
  // The console repeats each answer of 400 and above without its address, so the answers are looked at instead.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource') && !(refused && /ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text()))) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400 && !expected.includes(response.status())) faults.push(`${response.status()} ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) faults.push(`request to another place: ${request.url()}`);
  });
  void page.exposeFunction('reportViolation', (text) => faults.push(`content security policy: ${text}`));
  void page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  });
}

/** The text of an element, once it matches. */
export async function reads(locator, pattern) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const text = await locator.innerText();
    if (pattern.test(text)) return text;
    if (Date.now() > end) assert.match(text, pattern);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** No serious or critical finding of axe on what the page shows now. */
export async function accessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`), []);
}

export async function shot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
