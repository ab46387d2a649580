import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, slowProject } from './project.ts';
import { childProcesses, isAlive } from './processes.ts';
import { whichHosts } from './which-hosts.ts';
import { button, runAnalysis, says, verdict, verdictSays } from './window.ts';

describe.each(whichHosts().driven)('a run that does not end by itself, in the %s', (name) => {
  let project: Project;
  let host: RunningHost;

  beforeEach(async () => {
    project = slowProject();
    host = await startHost(name, project);
  });

  afterEach(async () => {
    await host.close();
    project.remove();
  });

  it('is cancelled by the button, and the verdict does not say that nobody qualifies', async () => {
    const { page } = host;
    await runAnalysis(page);
    await verdictSays(page, '2 of 4 sources have answered');
    await button(page, 'Cancel').click();
    await verdictSays(page, 'Not known: 2 of 4 sources are missing');
    await says(page, 'Cancelled');
    expect(await verdict(page).getByText('No client qualifies').count()).toBe(0);
    expect(await button(page, 'Complete this run').isEnabled()).toBe(true);
  });

  it('can be completed: only the missing sources are asked again', async () => {
    const { page } = host;
    await runAnalysis(page);
    await verdictSays(page, '2 of 4 sources have answered');
    await button(page, 'Cancel slow_database').click();
    await verdictSays(page, 'Not known: 2 of 4 sources are missing');
    await button(page, 'Complete this run').click();
    await verdictSays(page, 'Not known yet: the analysis is running');
    const states = await page
      .getByRole('region', { name: 'Database status' })
      .locator('li li')
      .evaluateAll((rows) => rows.map((row) => (row as unknown as { dataset: { state: string } }).dataset.state));
    expect(states.filter((state) => state === 'completed').length).toBe(2);
    await button(page, 'Cancel').click();
    await verdictSays(page, 'Not known: 2 of 4 sources are missing');
  });

  it('goes on while its window is loaded anew, and the window finds it as it is', async () => {
    const { page } = host;
    await runAnalysis(page);
    await verdictSays(page, '2 of 4 sources have answered');
    await page.reload();
    await verdictSays(page, '2 of 4 sources have answered');
    await button(page, 'Cancel').click();
    await verdictSays(page, 'Not known: 2 of 4 sources are missing');
  });

  it('is seen the same by two windows, and either can cancel it', async () => {
    const { page } = host;
    const second = await host.openSecondWindow();
    await runAnalysis(page);
    for (const window of [page, second]) await verdictSays(window, '2 of 4 sources have answered');
    await button(second, 'Cancel').click();
    for (const window of [page, second]) await verdictSays(window, 'Not known: 2 of 4 sources are missing');
  });

  it('leaves no process behind when the program is ended', async () => {
    await runAnalysis(host.page);
    await verdictSays(host.page, '2 of 4 sources have answered');
    const processes = childProcesses(host.pid);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    await host.close();
    expect(processes.filter((pid) => isAlive(pid))).toEqual([]);
  });
});
