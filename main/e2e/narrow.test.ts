import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { sidewaysScrollers } from './in-page.mjs';
import { type Project, projectOf, sampleProject } from './project.ts';
import { button, goTo, ready, runAnalysis, says, verdictSays } from './window.ts';

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

const longName = 'client_activity_analysis_of_the_whole_of_the_estate_including_subsidiaries_and_acquired_businesses';

/** Names, an id and an error that are much longer than anybody would like. */
function longProject(): Project {
  return projectOf({
    'databases.yaml': `databases:
  - name: ${longName}
    driver: duckdb
    path: ':memory:'
    sql_queries:
      - {name: Get all email changes of every client of every brand that was ever migrated from the old platform, query_location: long.sql, change_type: email}
      - {name: Get token changes, query_location: failing.sql}
  - name: second
    driver: duckdb
    path: ':memory:'
    sql_queries:
      - {name: Get all password changes, query_location: long.sql}
      - {name: Get all phone changes, query_location: long.sql}
`,
    'long.sql': `SELECT '${'client-'.repeat(30)}' AS user_id, CAST(:start_date AS TIMESTAMP) + INTERVAL 29 DAY + INTERVAL 20 HOUR AS change_date`,
    'failing.sql': `SELECT CASE WHEN CAST(:start_date AS TIMESTAMP) IS NOT NULL THEN error('${'it is not what it was said to be; '.repeat(30)}') END AS user_id,
  CAST(:start_date AS TIMESTAMP) AS change_date`,
    'config/schedules.yaml': `schedules:
  - {name: ${'every hour of every day '.repeat(3).trim()}, cron: 0 * * * *, case: ${'FRAUD-2026-17-'.repeat(10)}}
`,
  });
}

describe('the smallest window with very long names', () => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = longProject();
    host = await startHost('browser', project, { colorScheme: 'light', width: 1100, height: 700 });
    await ready(host.page);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('has no page that scrolls sideways, but for tables', async () => {
    const { page } = host;
    await page.getByLabel('Case').fill('FRAUD'.repeat(30));
    await runAnalysis(page);
    await button(page, 'Complete this run').waitFor({ timeout: 60_000 });
    await button(page, 'Plan. What this run will do').click();
    await says(page, '4 sources would be asked');
    expect(await page.evaluate(sidewaysScrollers)).toEqual([]);
    await goTo(page, 'History');
    await page.getByRole('grid').getByText('incomplete').waitFor();
    expect(await page.evaluate(sidewaysScrollers)).toEqual([]);
    for (const [name, text] of [
      ['Schedules', 'in UTC'],
      ['Status', 'Endpoints'],
      ['Configuration', '2 databases, 4 queries'],
    ] as const) {
      await goTo(page, name);
      await says(page, new RegExp(text));
      expect(await page.evaluate(sidewaysScrollers)).toEqual([]);
    }
  });
});
