// What somebody sees who has just started opslog. Only for an opslog whose store is empty.
import { describe, test } from 'node:test';
import { accessible, open, shot, useBrowser } from './lib/browser.js';
import { newService, quick } from './lib/data.js';
import { send } from './lib/otlp.js';

describe('first run', () => {
  useBrowser();

  test('ui 1: the setup card waits for the first operation, which appears without a reload', async () => {
    const page = await open('');
    await page.getByTestId('setup-counter').getByText('received 0 spans').waitFor();
    for (const language of ['Go', 'Java', 'Python', '.NET']) await page.getByRole('tab', { name: language }).click();
    await accessible(page);
    await shot(page, 'first-run');
    await send(quick(newService('first'), Date.now()));
    await page.getByTestId('operation-row').waitFor();
  });
});
