import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, sampleProject } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { button, goTo, ready, says, verdictSays } from './window.ts';

const everyMinute = `schedules:
  - name: each minute
    cron: '* * * * *'
    alerts:
      - email: {to: [soc@example.com]}
`;

describe.each(whichHosts().driven)('planned runs, in the %s', (name) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    host = await startHost(name, project);
    await ready(host.page);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('are missing at first, and the page says how to make one', async () => {
    await goTo(host.page, 'Schedules');
    await says(host.page, 'No run is planned');
    await says(host.page, /config\/schedules\.yaml, in place of the line/);
  });

  it('begin with the file, and every interval is listed when it has ended', { timeout: 240_000 }, async () => {
    project.write('config/schedules.yaml', everyMinute);
    await button(host.page, 'Reload the configuration').click();
    await says(host.page, '* * * * * in UTC');
    await host.page.getByRole('row').filter({ hasText: 'done' }).first().waitFor({ timeout: 200_000 });
    await expect
      .poll(() => (existsSync(project.reportDirectory) ? readdirSync(project.reportDirectory).join() : ''))
      .toMatch(/alert_.*\.eml/);
  });

  it('lead from an interval to its run', async () => {
    await host.page.getByRole('row').filter({ hasText: 'done' }).first().click();
    await says(host.page, 'Every source answered.');
    await button(host.page, 'Open the run').click();
    await verdictSays(host.page, '12 clients confirmed');
  });

  it('are paused for everybody who shares the ledger, and say by whom', async () => {
    await goTo(host.page, 'Schedules');
    await button(host.page, 'Pause').click();
    await says(host.page, /Paused by/);
    await button(host.page, 'Resume').click();
    await button(host.page, 'Pause').waitFor();
    expect(host.pageErrors).toEqual([]);
  });
});
