import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { type RunningHost, startHost } from './hosts.ts';
import { edgeOver, scrolledBy } from './in-page.mjs';
import { type Project, sampleProject } from './project.ts';
import { button, ready, runAnalysis, verdictSays } from './window.ts';

// What needs a page that is laid out; the rest of the table is tested beside its sources.

describe('the table of flagged clients', () => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    host = await startHost('browser', project, { colorScheme: 'light', width: 1280, height: 800 });
    await ready(host.page);
    await runAnalysis(host.page);
    await verdictSays(host.page, `${String(expectedSample.confirmed.length)} clients confirmed`);
    await host.page.getByText(expectedSample.confirmed[0], { exact: true }).first().waitFor();
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  const grid = (): Locator => host.page.getByRole('grid');
  const left = async (): Promise<number> => await grid().evaluate(scrolledBy);

  it('shows that it has the focus before a cell is active', async () => {
    const { page } = host;
    await button(page, 'Columns').focus();
    await page.keyboard.press('Tab');
    expect(await grid().getAttribute('aria-activedescendant')).toBeNull();
    expect(await grid().evaluate(edgeOver)).toBe('2px');
    await page.keyboard.press('ArrowDown');
    expect(await grid().evaluate(edgeOver)).toBe('');
  });

  it('goes back to its left edge with Home, although the first column is always in view', async () => {
    const { page } = host;
    await page.keyboard.press('End');
    await expect.poll(left).toBeGreaterThan(0);
    await page.keyboard.press('Home');
    await expect.poll(left).toBe(0);
    await page.keyboard.press('Control+End');
    await expect.poll(left).toBeGreaterThan(0);
    await page.keyboard.press('Control+Home');
    await expect.poll(left).toBe(0);
    // Up and down in the first column leave the place where it is.
    await page.keyboard.press('End');
    const place = await left();
    await grid()
      .getByText(expectedSample.confirmed[1], { exact: true })
      .locator('xpath=..')
      .click({ position: { x: 2, y: 2 } });
    await page.keyboard.press('ArrowDown');
    expect(await left()).toBe(place);
  });

  it('stays where it is when what has changed is told, for the first run and for a later one', async () => {
    const { page } = host;
    const top = async (): Promise<number | undefined> => (await page.getByRole('tablist', { name: 'Results' }).boundingBox())?.y;
    await page.getByText('No earlier run of this rule, window and sources is known.').waitFor();
    const first = await top();
    await runAnalysis(page);
    await button(page, `${String(expectedSample.confirmed.length)} still listed`).waitFor({ timeout: 60_000 });
    expect(await top()).toBe(first);
  });
});
