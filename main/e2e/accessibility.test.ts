import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { type RunningHost, startHost } from './hosts.ts';
import { marksOf } from './in-page.mjs';
import { type Project, sampleProject } from './project.ts';
import { button, goTo, ready, runAnalysis, verdictSays } from './window.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface Findings {
  readonly passes: readonly Finding[];
  readonly violations: readonly Finding[];
}

/** Rows that are being read anew are dimmed on purpose, and after a run they may be more than once: waits until nothing has been busy for a while. */
async function atRest(page: Page): Promise<void> {
  const busy = page.locator('[aria-busy="true"]');
  for (let calm = 0; calm < 5; calm = (await busy.count()) === 0 ? calm + 1 : 0) {
    await busy.first().waitFor({ state: 'detached' });
    await page.waitForTimeout(100);
  }
}

/** What axe finds against WCAG 2.2 A and AA and its own best practices. */
async function violations(page: Page): Promise<readonly string[]> {
  await atRest(page);
  await page.evaluate(axe);
  const found: Findings = await page.evaluate("axe.run(document, { resultTypes: ['violations', 'passes'] })");
  expect(found.passes.length).toBeGreaterThan(10);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}

describe.each(['light', 'dark'] as const)('the window in %s, looked at by axe', (colorScheme) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    host = await startHost('browser', project, { colorScheme, width: 1440, height: 900 });
    await ready(host.page);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('has no finding before a run', async () => {
    expect(await violations(host.page)).toEqual([]);
  });

  it('has no finding with a result', async () => {
    await runAnalysis(host.page);
    await verdictSays(host.page, `${String(expectedSample.confirmed.length)} clients confirmed`);
    expect(await violations(host.page)).toEqual([]);
  });

  it('shows with forced colours what is chosen, what cannot be used, and how the sources ended', async () => {
    const { page } = host;
    await page.emulateMedia({ forcedColors: 'active' });
    const marks = async (chosen: Locator, other: Locator): Promise<readonly string[]> => [
      await chosen.first().evaluate(marksOf),
      await other.first().evaluate(marksOf),
    ];
    const pages = page.getByRole('navigation').getByRole('button');
    const pairs = [
      await marks(pages.and(page.locator('[aria-current]')), pages.and(page.locator(':not([aria-current])'))),
      await marks(page.getByRole('tab', { selected: true }), page.getByRole('tab', { selected: false })),
      await marks(page.locator('label', { hasText: 'One window' }), page.locator('label', { hasText: 'A range' })),
      await marks(button(page, 'Run Analysis'), button(page, 'Cancel')),
      await marks(page.getByRole('progressbar', { name: 'Sources' }).locator('> *'), page.locator('body')),
    ];
    await page.emulateMedia({ forcedColors: 'none' });
    for (const [chosen, other] of pairs) expect(chosen).not.toBe(other);
  });

  it("has no finding with a client's evidence", async () => {
    await host.page.locator('[role=gridcell] button').first().click();
    await host.page.getByRole('listbox', { name: 'Time line' }).waitFor();
    await host.page.getByText('Who shares an attribute').waitFor();
    expect(await violations(host.page)).toEqual([]);
    await host.page.keyboard.press('Escape');
  });

  it.each(['Log', 'Configuration'])('has no finding on the page %s', async (name) => {
    await goTo(host.page, name);
    expect(await violations(host.page)).toEqual([]);
  });

  it.each(['Runs', 'Executions', 'Statistics', 'Findings', 'Audit'])('has no finding on the part %s of the history', async (name) => {
    await goTo(host.page, 'History');
    await host.page.getByRole('tab', { name }).click();
    await host.page.waitForLoadState('networkidle');
    expect(await violations(host.page)).toEqual([]);
  });

  it('has no finding on the detail of a recorded run', async () => {
    await goTo(host.page, 'History');
    await host.page.getByRole('tab', { name: 'Runs' }).click();
    await host.page.getByRole('grid').getByRole('row').nth(1).click();
    await host.page.getByRole('region', { name: 'Sources and their attempts' }).waitFor();
    expect(await violations(host.page)).toEqual([]);
  });
});
