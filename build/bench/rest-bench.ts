/**
 * The REST interface over real HTTP, with a store of a million executions in SQLite. `CAM_BENCH_RECORDS` sets another number.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowserHost } from '../../app/hosts/browser/server.ts';
import { startCore } from '../../app/hosts/core.ts';
import { ApiTokens } from '../../app/hosts/rest/api-tokens.ts';
import { restPrefix } from '../../app/hosts/rest/rest-api.ts';
import type { BenchRow } from './bench-row.ts';
import { busiestUser, type HistoryOfAYear, recordsOfYear } from './history-of-a-year.ts';
import { askInTurn } from './measure.ts';

const rounds = 15;

const pages: readonly string[] = [
  `/executions/${busiestUser}?limit=100`,
  `/executions/${busiestUser}?limit=1000`,
  `/executions/${busiestUser}?limit=100&offset=${String(Math.round(recordsOfYear / 100))}`,
  `/executions/${busiestUser}?status=timeout&limit=100`,
  `/executions/${busiestUser}?database_type=oracle&limit=100&offset=1000`,
  '/runs?limit=100',
];

const statistics: readonly string[] = [1, 30, 365].flatMap((days) => [
  `/executions/${busiestUser}/stats?days=${String(days)}`,
  `/executions/${busiestUser}/database-stats?days=${String(days)}`,
  `/executions/stats/global?days=${String(days)}`,
  `/executions/database-stats/global?days=${String(days)}`,
]);

/** From the request to the last byte of the answer. */
export async function benchRest(year: HistoryOfAYear): Promise<BenchRow[]> {
  const folder = await year.folder();
  const app = await startCore({ host: 'browser', config: join(folder, 'databases.yaml'), data: join(folder, 'data') });
  const tokens = new ApiTokens();
  const host = await startBrowserHost(app, new Map(), { port: 0, version: 'bench', apiTokens: tokens });
  try {
    await app.history.settled();
    const url = `http://127.0.0.1:${String(host.port)}${restPrefix}`;
    const { paths } = await tokens.write(join(folder, 'api'), { url, port: host.port, user: busiestUser });
    const { token } = JSON.parse(await readFile(paths.at(-1) ?? '', 'utf8')) as { token: string };
    return [await measure('a page', url, pages, token), await measure('a statistic', url, statistics, token)];
  } finally {
    await host.close();
    await app.close();
  }
}

async function measure(what: string, url: string, asked: readonly string[], token: string): Promise<BenchRow> {
  const questions = asked.map((path) => ({
    name: path,
    ask: async () => {
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} was answered with ${String(response.status)}`);
    },
  }));
  const { p95, note } = await askInTurn(questions, rounds);
  const name = `REST: ${what}, p95 over ${recordsOfYear.toLocaleString('en')} records`;
  return { name, value: p95, unit: 'ms', bar: '≤ 100', holds: p95 <= 100, note };
}
