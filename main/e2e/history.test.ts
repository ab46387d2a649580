import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, sampleProject } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { button, goTo, ready, runAnalysis, says, verdictSays } from './window.ts';

const confirmed = `${String(expectedSample.confirmed.length)} clients confirmed`;

/** The first line of the list of runs. */
function firstRun(page: Page) {
  return page.getByRole('grid', { name: 'Runs, newest first' }).getByRole('row').nth(1);
}

describe.each(whichHosts().driven)('the history in the %s', (name) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    host = await startHost(name, project);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('says that nothing is recorded before the first run', async () => {
    await ready(host.page);
    await goTo(host.page, 'History');
    await says(host.page, 'No run is recorded yet');
  });

  it('has a run as soon as it has ended, and shows every source of it on the time line', async () => {
    const { page } = host;
    await goTo(page, 'Run');
    await runAnalysis(page);
    await verdictSays(page, confirmed);
    await goTo(page, 'History');
    await firstRun(page).getByText('complete', { exact: true }).waitFor();
    await firstRun(page).getByText('4 of 4').waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    const timeline = page.getByRole('region', { name: 'Sources and their attempts' });
    await timeline.getByText('Get token changes').waitFor();
    expect(await timeline.getByText('success', { exact: true }).count()).toBe(4);
    await page.keyboard.press('Escape');
    await timeline.waitFor({ state: 'detached' });
  });

  it('opens the results of a run again in a program that was started later', async () => {
    await host.close();
    host = await startHost(name, project);
    const { page } = host;
    await ready(page);
    await goTo(page, 'History');
    await firstRun(page).click();
    await button(page, 'Open its results').click();
    await verdictSays(page, confirmed);
    await page.getByText(expectedSample.confirmed[0], { exact: true }).first().waitFor();
  });

  it('has figures and charts of it, an intact chain, and its executions', async () => {
    const { page } = host;
    await goTo(page, 'History');
    await page.getByRole('tab', { name: 'Statistics' }).click();
    await page.getByRole('img', { name: 'Executions and success rate by day' }).locator('svg').waitFor();
    await page.getByRole('tab', { name: 'Findings' }).click();
    // The sample databases have answered: that nothing has would not be true.
    await says(page, 'No query has answered in this period; answers of the sample databases do not count here.');
    await page.getByRole('tab', { name: 'Executions' }).click();
    await says(page, '4 executions');
    await page.getByRole('tab', { name: 'Audit' }).click();
    await button(page, 'Check the chain').click();
    await says(page, /^Intact: 5 entries checked/);
    expect(host.pageErrors).toEqual([]);
  });
});
