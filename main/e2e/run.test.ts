import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, utils } from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedSample } from '../../app/engine/sample-data.ts';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, sampleProject } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { button, ready, runAnalysis, says, verdictSays } from './window.ts';

function filesOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function idsOfExcel(file: Buffer): string[] {
  const { SheetNames, Sheets } = read(file);
  return utils.sheet_to_json<{ user_id: string }>(Sheets[SheetNames[0]!]!).map((row) => row.user_id);
}

function idsOfCsv(file: Buffer): string[] {
  const lines = file
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  return lines.slice(1).map((line) => line.split(',')[0]!);
}

function idsOfJson(file: Buffer): string[] {
  const { rows } = JSON.parse(file.toString('utf8')) as { rows: string[][] };
  return rows.map((row) => row[0]!);
}

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
    ['Excel workbook (.xlsx)', 'xlsx', idsOfExcel],
    ['CSV (.csv)', 'csv', idsOfCsv],
    ['JSON (.json)', 'json', idsOfJson],
  ])('exports the flagged clients as %s', async (label, format, idsOf) => {
    const exported = (): string[] => filesOf(project.reportDirectory).filter((file) => file.endsWith(`_confirmed.${format}`));
    expect(exported()).toEqual([]);
    await button(host.page, 'Export').click();
    await host.page.getByRole('menuitem', { name: label }).click();
    await expect.poll(exported, { timeout: 30_000 }).toHaveLength(1);
    await says(host.page, exported()[0]!);
    expect(idsOf(readFileSync(join(project.reportDirectory, exported()[0]!)))).toEqual(expectedSample.confirmed);
  });

  it('leaves complete files only, and says beside the CSV where it comes from', () => {
    const kinds = filesOf(project.reportDirectory).map((file) => file.slice(file.indexOf('.')));
    expect(kinds.sort()).toEqual(['.csv', '.json', '.meta.json', '.xlsx']);
  });

  it('does the next run for a case, which stays, filters the clients by what has changed, and says both in the file', async () => {
    const { page } = host;
    await page.getByLabel('Case', { exact: true }).fill('INC-4711');
    await runAnalysis(page);
    await verdictSays(page, /· case INC-4711$/);
    const listed = String(expectedSample.confirmed.length);
    await button(page, `${listed} still listed`).click({ timeout: 60_000 });
    expect(await button(page, `${listed} still listed`).getAttribute('aria-pressed')).toBe('true');
    const table = page.getByRole('grid', { name: 'Clients still listed' });
    await expect.poll(() => table.getAttribute('aria-rowcount'), { timeout: 30_000 }).toBe(String(expectedSample.confirmed.length + 1));
    await button(page, 'Export').click();
    await page.getByRole('menuitem', { name: 'JSON (.json)' }).click();
    const exported = (): string[] => filesOf(project.reportDirectory).filter((file) => file.endsWith('_still_clients.json'));
    await expect.poll(exported, { timeout: 30_000 }).toHaveLength(1);
    const file = readFileSync(join(project.reportDirectory, exported()[0]!));
    expect(idsOfJson(file)).toEqual(expectedSample.confirmed);
    expect(JSON.parse(file.toString('utf8'))).toMatchObject({
      metadata: { caseReference: 'INC-4711' },
      table: { only: expect.stringMatching(/^only clients that are still listed since /) as string },
    });
    expect(await page.getByLabel('Case', { exact: true }).inputValue()).toBe('INC-4711');
    await button(page, 'Name no case any more').click();
    await button(page, 'Show all flagged clients').click();
  });

  it('has asked for nothing but its own page, and nothing in the page went wrong', () => {
    expect(host.requests.length).toBeGreaterThan(0);
    expect(host.requests.filter((url) => !url.startsWith(`${host.origin}/`) && !url.startsWith('data:'))).toEqual([]);
    expect(host.pageErrors).toEqual([]);
  });
});
