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
import { busiestUser as busiest, type HistoryOfAYear, yearOfRecords as records } from './history-of-a-year.ts';

const rounds = 15;

const pages: readonly string[] = [
  `/executions/${busiest}?limit=100`,
  `/executions/${busiest}?limit=1000`,
  `/executions/${busiest}?limit=100&offset=${String(Math.round(records / 100))}`,
  `/executions/${busiest}?status=timeout&limit=100`,
  `/executions/${busiest}?database_type=oracle&limit=100&offset=1000`,
  '/runs?limit=100',
];

const statistics: readonly string[] = [1, 30, 365].flatMap((days) => [
  `/executions/${busiest}/stats?days=${String(days)}`,
  `/executions/${busiest}/database-stats?days=${String(days)}`,
  `/executions/stats/global?days=${String(days)}`,
  `/executions/database-stats/global?days=${String(days)}`,
]);

/** From the request to the last byte of the answer. */
export async function benchRest(year: HistoryOfAYear): Promise<BenchRow[]> {
  return measureServed(await year.folder());
}

async function measureServed(folder: string): Promise<BenchRow[]> {
  const app = await startCore({ host: 'browser', config: join(folder, 'databases.yaml'), data: join(folder, 'data') });
  const tokens = new ApiTokens();
  const host = await startBrowserHost(app, new Map(), { port: 0, version: 'bench', apiTokens: tokens });
  try {
    await app.history.settled();
    const url = `http://127.0.0.1:${String(host.port)}${restPrefix}`;
    const { paths } = await tokens.write(join(folder, 'api'), { url, port: host.port, user: busiest });
    const { token } = JSON.parse(await readFile(paths.at(-1) ?? '', 'utf8')) as { token: string };
    return [await measure('a page', url, pages, token), await measure('a statistic', url, statistics, token)];
  } finally {
    await host.close();
    await app.close();
  }
}

async function measure(what: string, url: string, asked: readonly string[], token: string): Promise<BenchRow> {
  const times: { readonly path: string; readonly ms: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const path of asked) {
      const begin = performance.now();
      const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      times.push({ path, ms: performance.now() - begin });
      if (!response.ok) throw new Error(`${path} was answered with ${String(response.status)}`);
    }
  }
  times.sort((a, b) => a.ms - b.ms);
  const p95 = times[Math.ceil(times.length * 0.95) - 1]?.ms ?? Number.NaN;
  const slowest = times.at(-1);
  return {
    name: `REST: ${what}, p95 over ${records.toLocaleString('en')} records`,
    value: p95,
    unit: 'ms',
    bar: '≤ 100',
    holds: p95 <= 100,
    note: `${times.length} requests of ${asked.length} kinds; slowest ${Math.round(slowest?.ms ?? 0)} ms: ${slowest?.path ?? ''}`,
  };
}
