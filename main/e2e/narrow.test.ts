import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, sampleProject } from './project.ts';
import { goTo, ready, runAnalysis, says, verdictSays } from './window.ts';

const hourly = `schedules:
  - name: every hour of every day, for the whole of the estate
    cron: 0 * * * *
`;

/** Pixels by which a list is wider than what is in view of it. */
async function hiddenPixels(list: Locator): Promise<number> {
  return await list.evaluate((element) => {
    const { scrollWidth, clientWidth } = element as unknown as { readonly scrollWidth: number; readonly clientWidth: number };
    return scrollWidth - clientWidth;
  });
}

describe.each(['light', 'dark'] as const)('the smallest window, %s', (colorScheme) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    project.write('config/schedules.yaml', hourly);
    host = await startHost('browser', project, { colorScheme, width: 1100, height: 700 });
    await ready(host.page);
    await runAnalysis(host.page);
    await verdictSays(host.page, '12 clients confirmed');
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('has room for every column of the lists of runs, executions and intervals', async () => {
    const { page } = host;
    await goTo(page, 'History');
    await says(page, '4 of 4');
    expect(await hiddenPixels(page.getByRole('grid'))).toBe(0);
    await page.getByRole('columnheader', { name: 'Took' }).waitFor();
    await page.getByRole('tab', { name: 'Executions' }).click();
    await says(page, '4 executions');
    expect(await hiddenPixels(page.getByRole('grid'))).toBe(0);
    await page.getByRole('columnheader', { name: 'Error' }).waitFor();
    await goTo(page, 'Schedules');
    await says(page, '0 * * * * in UTC');
    expect(await hiddenPixels(page.getByRole('grid'))).toBe(0);
    await page.getByRole('columnheader', { name: 'Why' }).waitFor();
  });

  it('keeps the days of deletion under each other', async () => {
    const { page } = host;
    await goTo(page, 'History');
    await page.getByRole('tab', { name: 'Audit' }).click();
    const fields = page.getByRole('region', { name: 'Deletion by age' }).getByRole('textbox');
    await fields.first().waitFor();
    for (const width of [1100, 1440, 1920]) {
      await page.setViewportSize({ width, height: 700 });
      const lefts = await fields.evaluateAll((inputs) =>
        inputs.map((input) =>
          Math.round((input as unknown as { getBoundingClientRect: () => { left: number } }).getBoundingClientRect().left),
        ),
      );
      expect(lefts.length).toBe(10);
      expect(new Set(lefts).size).toBeLessThanOrEqual(4);
    }
  });

  it('can be scrolled to its last button when it is zoomed to twice its size', async () => {
    const { page } = host;
    await page.setViewportSize({ width: 550, height: 350 });
    await goTo(page, 'Run');
    const button = page.getByRole('button', { name: 'Run Analysis' });
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    expect(box).not.toBeNull();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(550);
    await page.getByRole('button', { name: /^Show log/ }).scrollIntoViewIfNeeded();
    expect((await page.getByRole('button', { name: /^Show log/ }).boundingBox())?.y).toBeLessThan(350);
  });
});
