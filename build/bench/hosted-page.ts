/** The window in a real browser, over the browser host. */
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { readPageFiles } from '../../app/hosts/browser/page-files.ts';
import { startBrowserHost } from '../../app/hosts/browser/server.ts';
import { programDirectory, startCore } from '../../app/hosts/core.ts';
import { findChromium } from '../find-chromium.mjs';

/** Does the work on a page that has been loaded. The folder holds `databases.yaml`, and gets (or has) the data folder `data`. */
export async function withHostedPage<T>(folder: string, work: (page: Page) => Promise<T>): Promise<T> {
  const app = await startCore({ host: 'browser', config: join(folder, 'databases.yaml'), data: join(folder, 'data') });
  const host = await startBrowserHost(app, readPageFiles(join(programDirectory, 'out', 'renderer')), { port: 0, version: 'bench' });
  const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(host.newAddress());
    await runButton(page).waitFor();
    // What is fetched and drawn after the first view is not what is measured.
    await page.waitForTimeout(1000);
    return await work(page);
  } finally {
    await browser.close();
    await host.close();
    await app.close();
  }
}

/** The button that starts a run; it is there when the page for runs is. */
export function runButton(page: Page): ReturnType<Page['locator']> {
  return page.getByRole('button', { name: /^Run Analysis/ }).first();
}
