import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, sampleProject } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { button, goTo, ready, says } from './window.ts';

describe.each(whichHosts().driven)('the page of rules, in the %s', (name) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = sampleProject();
    host = await startHost(name, project);
    await ready(host.page);
    await goTo(host.page, 'Rules');
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  const atLine = async (line: string): Promise<void> => {
    await host.page.locator('.cm-line').filter({ hasText: line }).first().click();
    await host.page.keyboard.press('End');
  };

  it('runs the tests that stand in the shipped rule', async () => {
    await says(host.page, 'No mistake.');
    await says(host.page, /^\d+ tests passed, \d+ of them in other files of the folder\.$/);
  });

  it('tells a mistake where it is made, and which tests fail by a change', async () => {
    await atLine('timespan: 24h');
    await host.page.keyboard.type('x');
    await says(host.page, /^1 mistake\./);
    expect(await button(host.page, 'Save').isDisabled()).toBe(true);
    await host.page.keyboard.press('Backspace');
    await host.page.keyboard.press('Backspace');
    await host.page.keyboard.type('m');
    await says(host.page, /of \d+ tests failed\./);
    await button(host.page, 'Save although tests fail').waitFor();
    await button(host.page, 'Discard the change').click();
    await says(host.page, /^\d+ tests passed, \d+ of them in other files of the folder\.$/);
  });

  it('saves a change into the file', async () => {
    await atLine('level: high');
    await host.page.keyboard.type(' # looked at by the team');
    await button(host.page, 'Save').click();
    await says(host.page, /^Saved\. A run started from now on uses it\./);
    const text = readFileSync(join(project.directory, 'config', 'rules', 'ato_all_four.yml'), 'utf8');
    expect(text).toContain('level: high # looked at by the team\n');
    expect(host.pageErrors).toEqual([]);
  });
});
