/**
 * The history page in a real browser, over the browser host, with a store of a million executions of a quarter of a million
 * runs. `CAM_BENCH_RECORDS` sets another number of executions.
 */
import type { Page } from 'playwright';
import { type BenchRow, median } from './bench-row.ts';
import { type HistoryOfAYear, recordsOfYear } from './history-of-a-year.ts';
import { runButton, withHostedPage } from './hosted-page.ts';
import { msUntil, scrollThrough } from './in-page.mjs';

const rounds = 15;

/** How long the page takes to show what it is asked for. */
export async function benchHistoryPage(year: HistoryOfAYear): Promise<BenchRow[]> {
  return withHostedPage(await year.folder(), measure);
}

async function measure(page: Page): Promise<BenchRow[]> {
  const first = await open(page);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await leave(page);
    times.push(await open(page));
  }
  const inAll = `${recordsOfYear.toLocaleString('en')} executions`;
  const slowest = Math.max(...times);
  const executions = await page.evaluate(msUntil, { click: '[role="tab"]:nth-child(2)', shows: '[role="gridcell"]:nth-child(10)' });
  await page.waitForTimeout(1000);
  const frame = await page.evaluate(scrollThrough, 60);
  const statistics = await page.evaluate(msUntil, { click: '[role="tab"]:nth-child(3)', shows: '[role="img"] svg' });
  return [
    row(
      `history page: first opening with ${inAll}`,
      first,
      300,
      'from the click to the first drawn frame with records; the store is opened by it',
    ),
    row(
      `history page: opening with ${inAll}, median`,
      median(times),
      300,
      `${rounds} openings, slowest ${Math.round(slowest)} ms; ${(recordsOfYear / 4).toLocaleString('en')} runs`,
    ),
    row(`history page: list of ${inAll} shown`, executions, 300, 'from the click to its rows'),
    row(`history page: slowest frame while that list is scrolled from end to end, 95th percentile`, frame, 50, '60 jumps'),
    row('history page: statistics of 30 days with the first chart', statistics, 1000, 'from the click; the chart library is loaded by it'),
  ];
}

function row(name: string, value: number, bar: number, note: string): BenchRow {
  return { name, value, unit: 'ms', bar: `≤ ${bar.toLocaleString('en')}`, holds: value <= bar, note };
}

function open(page: Page): Promise<number> {
  return page.evaluate(msUntil, { click: 'nav button:nth-of-type(2)', shows: '[role="gridcell"]:nth-child(11)' });
}

async function leave(page: Page): Promise<void> {
  await page.locator('nav button').first().click();
  await runButton(page).waitFor();
  await page.waitForTimeout(300);
}
