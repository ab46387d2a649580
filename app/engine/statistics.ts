/** The figures beside the report. */
import type { ReportStatistics } from '../model/table.ts';
import { instantFromMicros } from '../model/instant.ts';
import { microsOfKey } from './attached-source.ts';
import { type Danfo, loadDanfo } from './danfo.ts';
import type { DuckSession } from './duck.ts';
import type { MicrosWindow } from './event-time.ts';
import type { MergedReport } from './merge.ts';
import { columnAt } from './row-source.ts';
import { constant, joinSql, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** Bars of the histogram. */
const bins = 24;

/**
 * Per change type: the events in the window of the clients of the report, confirmed and undetermined; and the distribution
 * of `change_window_hours` of the confirmed ones.
 */
export async function reportStatistics(
  session: DuckSession,
  report: MergedReport,
  window: MicrosWindow,
  windowHours: number,
): Promise<ReportStatistics> {
  const counted = await countEvents(session, report, window);
  const hours = await confirmedHours(session, report);
  const danfo = await loadDanfo();
  const totals = totalsByType(
    danfo,
    counted.map((type) => type.count),
  );
  const all = totals.reduce((sum, count) => sum + count, 0);
  return {
    perType: counted.map(({ changeType, first, last }, place) => {
      const count = totals[place] ?? 0;
      return { changeType, count, first, last, share: all === 0 ? 0 : count / all };
    }),
    windowHours: distribution(danfo, hours),
    histogram: histogram(hours, windowHours),
  };
}

interface CountedType {
  readonly changeType: string;
  /** Events of each source of the type. */
  readonly count: readonly number[];
  readonly first: string | null;
  readonly last: string | null;
}

async function countEvents(session: DuckSession, report: MergedReport, window: MicrosWindow): Promise<readonly CountedType[]> {
  const { groups, types } = report.findings;
  const names = groups.map(({ column }) => column);
  const ids = list([sql`TRUE AS is_listed`, ...names.map((name, place) => sql`${columnAt(place)} AS ${name}`)]);
  const listed = sql`(SELECT ${ids} FROM ${report.tables.confirmed.clients.all} UNION ALL SELECT ${ids} FROM ${report.tables.undetermined.clients.all})`;
  const counted: CountedType[] = [];
  for (const { name, tables } of types) {
    counted.push({ changeType: name, ...(await countType(session, tables, { listed, names }, window)) });
  }
  return counted;
}

async function countType(
  session: DuckSession,
  tables: readonly Sql[],
  { listed, names }: { readonly listed: Sql; readonly names: readonly Sql[] },
  window: MicrosWindow,
): Promise<Omit<CountedType, 'changeType'>> {
  if (tables.length === 0) return { count: [], first: null, last: null };
  const events = joinSql(
    tables.map(
      (table, place) =>
        sql`SELECT ${list([sql`TRUE AS is_listed`, ...names, sql`key`, sql`earliest`, sql`events`])}, ${constant(place)} AS place FROM ${table} AS own`,
    ),
    sql` UNION ALL `,
  );
  const rows = await session.rows(sql`SELECT CAST(sum(events) AS BIGINT), min(earliest), ${microsOfKey(sql`max(key)`)}
    FROM (${events}) AS events SEMI JOIN ${listed} AS listed USING (${list([sql`is_listed`, ...names])}) GROUP BY place`);
  const instant = (micros: bigint | undefined): string | null => (micros === undefined ? null : instantFromMicros(window.from + micros));
  const numbers = (column: number): readonly bigint[] => rows.map((row) => BigInt(String(row[column]))).toSorted(compare);
  return { count: rows.map((row) => Number(row[0])), first: instant(numbers(1)[0]), last: instant(numbers(2).at(-1)) };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function confirmedHours(session: DuckSession, report: MergedReport): Promise<readonly number[]> {
  const confirmed = report.tables.confirmed.clients;
  const place = confirmed.columns.findIndex((column) => column.name === 'change_window_hours');
  const text = confirmed.columns[place]?.text(columnAt(place)) ?? sql`NULL`;
  const rows = await session.cells(sql`SELECT CAST(to_json(list(${text})) AS VARCHAR) FROM ${confirmed.all} AS confirmed`);
  return (rows[0] ?? []).map(Number);
}

/** Events of each type, summed over its sources. */
function totalsByType(danfo: Danfo, counts: readonly (readonly number[])[]): readonly number[] {
  const rows = counts.flatMap((ofType, type) => ofType.map((count) => [type, count]));
  if (rows.length === 0) return counts.map(() => 0);
  const sums = new danfo.DataFrame(rows, { columns: ['type', 'events'] }).groupby(['type']).col(['events']).sum();
  const totals = new Map(sums.values.map((row) => [Number(row[0]), Number(row[1])]));
  return counts.map((_, type) => totals.get(type) ?? 0);
}

function distribution(danfo: Danfo, hours: readonly number[]): ReportStatistics['windowHours'] {
  if (hours.length === 0) return null;
  const series = new danfo.Series(hours);
  return {
    n: hours.length,
    mean: series.mean(),
    median: medianOf(hours),
    min: series.min(),
    max: series.max(),
    // One client alone has no spread.
    std: hours.length < 2 ? null : series.std(),
  };
}

/** Not by danfo: its median takes quadratic time where many values are equal, which is what clients of one script look like. */
function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

function histogram(hours: readonly number[], windowHours: number): ReportStatistics['histogram'] {
  if (hours.length === 0) return [];
  const width = windowHours / bins;
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of hours) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(value / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, bin) => ({ fromHours: bin * width, toHours: (bin + 1) * width, count }));
}
