import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { type Look, type RunningHost, startHost } from './hosts.ts';
import { faintTexts } from './in-page.mjs';
import { type Project, root, sampleProject, slowProject } from './project.ts';
import { button, goTo, ready, runAnalysis, says, verdictSays } from './window.ts';

// The page is the same in every host: it is looked at in one.

const looks: readonly Look[] = [
  { colorScheme: 'light', width: 1280, height: 800 },
  { colorScheme: 'dark', width: 1280, height: 800 },
  { colorScheme: 'light', width: 1920, height: 1080 },
  { colorScheme: 'dark', width: 1920, height: 1080 },
];

/** Settings as an analyst has them, so that the pictures show some. */
const settings = `app_settings:
  email_recipients: [soc@example.com, fraud@example.com]
user_settings:
  sid: A123456
`;

/**
 * Takes a picture for the user guide. It is written to `out/`, and into `docs/images` only when CAM_WRITE_IMAGES=1 asks for it,
 * because its times differ with every run; a picture of that size must be there in any case.
 */
async function picture(page: Page, name: string, { width, height }: Look): Promise<void> {
  const taken = join(root, 'out', 'images', `${name}.png`);
  const kept = join(root, 'docs', 'images', `${name}.png`);
  mkdirSync(join(root, 'out', 'images'), { recursive: true });
  await page.screenshot({ path: taken, animations: 'disabled', caret: 'hide' });
  if (process.env.CAM_WRITE_IMAGES === '1') copyFileSync(taken, kept);
  const header = readFileSync(kept);
  expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([width, height]);
}

/** Texts that are too faint, after a check that texts were looked at. Rows that are being read anew are dimmed on purpose: they are waited for. */
async function faint(page: Page): Promise<unknown> {
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  const found = await page.evaluate(faintTexts);
  expect(found.looked).toBeGreaterThan(20);
  return found.faint;
}

describe.each(looks)('the window in $colorScheme at $width × $height', (look) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    project.write('config/settings.yaml', settings);
    host = await startHost('browser', project, look);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('can be read before a run', async () => {
    await ready(host.page);
    expect(await faint(host.page)).toEqual([]);
  });

  it('can be read with a result, and needs no scroll bar of its own', async () => {
    const { page } = host;
    await runAnalysis(page);
    await verdictSays(page, `${String(expectedSample.confirmed.length)} clients confirmed`);
    await page.getByText(expectedSample.confirmed[0], { exact: true }).first().waitFor();
    expect(await faint(page)).toEqual([]);
    const overflow = 'document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight';
    expect(await page.evaluate(overflow)).toBe(false);
    await picture(page, `window-${look.colorScheme}-${String(look.width)}`, look);
  });

  it('can be read on its other pages', async () => {
    const { page } = host;
    await goTo(page, 'Configuration');
    await says(page, 'Save settings');
    expect(await faint(page)).toEqual([]);
    if (look.width === 1280) await picture(page, `configuration-${look.colorScheme}-1280`, look);
    await goTo(page, 'Log');
    expect(await faint(page)).toEqual([]);
  });

  it('can be read in its history', async () => {
    const { page } = host;
    await goTo(page, 'History');
    const first = page.getByRole('grid').getByRole('row').nth(1);
    await first.getByText('4 of 4').waitFor();
    expect(await faint(page)).toEqual([]);
    await first.click();
    await page.getByRole('region', { name: 'Sources and their attempts' }).waitFor();
    await says(page, 'There is no earlier run.');
    expect(await faint(page)).toEqual([]);
    if (look.width === 1280) await picture(page, `history-${look.colorScheme}-1280`, look);
    await page.getByRole('tab', { name: 'Statistics' }).click();
    await page.getByRole('img', { name: 'Errors by code' }).or(page.getByText('No error in this period.')).waitFor();
    expect(await faint(page)).toEqual([]);
  });
});

describe.each(looks.filter(({ width }) => width === 1280))('a run with sources missing, in $colorScheme', (look) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = slowProject();
    host = await startHost('browser', project, look);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('can be read while it goes on and after a cancel', async () => {
    const { page } = host;
    await runAnalysis(page);
    await verdictSays(page, '2 of 4 sources have answered');
    expect(await faint(page)).toEqual([]);
    await button(page, 'Cancel').click();
    await button(page, 'Complete this run').waitFor();
    expect(await faint(page)).toEqual([]);
    await picture(page, `incomplete-${look.colorScheme}-1280`, look);
  });
});
