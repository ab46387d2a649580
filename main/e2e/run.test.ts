import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, utils } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, sampleProject } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { button, ready, runAnalysis, says, verdictSays } from './window.ts';

describe.each(whichHosts().driven)('the sample analysis in the %s', (name) => {
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

  it('is ready to run and says that it shows invented clients', async () => {
    await ready(host.page);
    await says(host.page, 'The clients and changes shown are invented.');
    await verdictSays(host.page, 'Nothing has been analysed yet');
  });

  it('runs to its end and flags exactly the clients that qualify', async () => {
    await runAnalysis(host.page);
    await verdictSays(host.page, `${String(expectedSample.confirmed.length)} clients confirmed`);
    await verdictSays(host.page, 'Coverage 4 of 4');
    for (const client of expectedSample.confirmed) await host.page.getByText(client, { exact: true }).first().waitFor();
  });

  it('shows every source as answered', async () => {
    const status = host.page.getByRole('region', { name: 'Database status' });
    expect(await status.locator('[data-state="completed"]').count()).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ['Excel workbook (.xlsx)', '.xlsx', (file: Buffer) => utils.sheet_to_json(read(file).Sheets[read(file).SheetNames[0]!]!).length],
    ['CSV (.csv)', '.csv', (file: Buffer) => file.toString('utf8').trimEnd().split('\r\n').length - 1],
    ['JSON (.json)', '.json', (file: Buffer) => file.toString('utf8').split('"user_id"').length - 1],
  ])('exports the flagged clients as %s', async (label, extension, countRows) => {
    await button(host.page, 'Export').click();
    await host.page.getByRole('menuitem', { name: label }).click();
    await says(host.page, 'File written');
    const files = readdirSync(project.reportDirectory);
    const exported = files.filter((file) => file.endsWith(extension) && !file.includes('metadata') && !file.includes('.meta'));
    expect(exported.length).toBe(1);
    expect(countRows(readFileSync(join(project.reportDirectory, exported[0]!)))).toBeGreaterThanOrEqual(expectedSample.confirmed.length);
    expect(files.filter((file) => file.endsWith('.tmp') || file.endsWith('.part'))).toEqual([]);
  });

  it('has asked for nothing but its own page, and nothing in the page went wrong', () => {
    expect(host.requests.length).toBeGreaterThan(0);
    expect(host.requests.filter((url) => !url.startsWith(`${host.origin}/`) && !url.startsWith('data:'))).toEqual([]);
    expect(host.pageErrors).toEqual([]);
  });
});
