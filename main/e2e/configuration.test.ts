import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from './hosts.ts';
import { projectOf, type Project } from './project.ts';
import { whichHosts } from './which-hosts.ts';
import { button, goTo, runAnalysis, says, verdictSays } from './window.ts';

const good = `databases:
  - name: accounts
    driver: duckdb
    path: ':memory:'
    sql_queries:
      - name: Get all password changes
        query_location: passwords.sql
`;
const bad = good.replace('driver: duckdb', 'driver: duckdbb').replace('passwords.sql', 'pasword.sql');
const passwords = `SELECT '1001' AS user_id, CAST(:start_date AS TIMESTAMP) + INTERVAL 1 HOUR AS change_date`;

describe.each(whichHosts().driven)('a configuration with mistakes, in the %s', (name) => {
  let project: Project;
  let host: RunningHost;

  beforeAll(async () => {
    project = projectOf({ 'databases.yaml': bad, 'passwords.sql': passwords });
    host = await startHost(name, project);
  });

  afterAll(async () => {
    await host.close();
    project.remove();
  });

  it('keeps a run from being started and says so', async () => {
    await says(host.page, /The configuration has 2 mistakes/);
    expect(await button(host.page, 'Run Analysis').isDisabled()).toBe(true);
  });

  it('is told with file, line and what to write instead, all mistakes at once', async () => {
    await button(host.page, 'Show the mistakes').click();
    await says(host.page, `${project.databasesFile}:3:`);
    await says(host.page, `${project.databasesFile}:7:`);
    await says(host.page, /duckdb/);
  });

  it('that is corrected and loaded anew can be run', async () => {
    project.write('databases.yaml', good);
    await button(host.page, 'Reload').click();
    await says(host.page, 'Configuration reloaded');
    await goTo(host.page, 'Run');
    await runAnalysis(host.page);
    await verdictSays(host.page, /Coverage 1 of 4/);
  });
});
