import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { type Project, projectOf } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { ready, runAnalysis, says, verdictSays } from './window.ts';

const changes = (hours: number): string =>
  `SELECT CAST(n AS VARCHAR) AS user_id, CAST(now() AS TIMESTAMP) - INTERVAL ${String(hours)} HOUR AS change_date FROM range(1, 21) AS t(n)\n`;

/** A group in two regions with a chain on one connection, a budget that a run exceeds, and a database that cannot be reached. */
const files = {
  'emails.sql': changes(1),
  'phones.sql': changes(2),
  'tokens.sql': `SELECT user_id, change_date FROM (${changes(3)}) AS changes WHERE user_id IN (:ids)\n`,
  'passwords.sql': 'SELECT 1 AS user_id, now() AS change_date\n',
  'databases.yaml': `databases:
  - {name: payments_eu, driver: duckdb, path: ":memory:", partitions: {region: [eu]}}
  - {name: payments_us, driver: duckdb, path: ":memory:", partitions: {region: [us]}}
  - name: audit
    driver: postgres
    host: 127.0.0.1
    port: 1
    database: audit
    user: reader
    password_env: PATH
    tls: false
    breaker: {failures: 1, open_ms: 3600000}
    sql_queries:
      - {name: Get all password changes, query_location: passwords.sql, retries: 0}
groups:
  payments:
    members: [payments_eu, payments_us]
    partition_by: region
    sql_queries:
      - {name: Get all email changes, query_location: emails.sql, budget: {rows: {soft: 5}}}
      - {name: Get all phone changes, query_location: phones.sql}
      - {name: Get token changes, query_location: tokens.sql, binds: {ids: {from: Get all email changes, column: user_id}}, same_session: true}
`,
};

describe.each(whichHosts().driven)('what a run will do, in the %s', (name) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = projectOf(files);
    host = await startHost(name, project);
    await ready(host.page);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  const panel = () => host.page.getByRole('region', { name: 'What this run will do' });
  const inPanel = (text: RegExp | string) => panel().getByText(text).first().waitFor();

  it('is shown before anything is asked: databases, parts, steps and what shares a connection', async () => {
    await host.page.getByRole('button', { name: /What this run will do/ }).click();
    await inPanel('7 sources would be asked.');
    await inPanel('127.0.0.1:1/audit');
    await inPanel(/takes its values from payments_eu\/Get all email changes, on the same connection/);
    expect(await panel().getByText('step 2').count()).toBe(2);
  });

  it('asks only the part that is chosen, and says so', async () => {
    await panel().getByRole('group', { name: 'Only this region' }).getByLabel('us').click();
    await inPanel('Only 1 of 2 databases of payments are asked: those that can hold region us.');
    await inPanel('4 sources would be asked.');
    await host.page.getByRole('button', { name: /^Plan: a part of the data/ }).waitFor();
    await panel().getByRole('group', { name: 'Only this region' }).getByLabel('us').click();
    await inPanel('7 sources would be asked.');
  });

  it('names after a run what would be left out and why, and which budget would be exceeded', async () => {
    await runAnalysis(host.page);
    await verdictSays(host.page, '20 clients may qualify: the missing sources decide.');
    await inPanel('audit/Get all password changes would be left out: what it knows would be missing.');
    await inPanel('6 of 7 sources would be asked; the others count as missing.');
    await inPanel(/failed too often and is left alone/);
    await inPanel('payments_us/Get all email changes usually takes 20 rows, which is above the soft limit of 5 rows.');
  });

  it('is closed by Escape, and the window is as it was', async () => {
    await panel().getByRole('button', { name: 'None' }).press('Escape');
    await panel().waitFor({ state: 'detached' });
    await says(host.page, 'Get all email changes');
    expect(host.pageErrors).toEqual([]);
  });
});
