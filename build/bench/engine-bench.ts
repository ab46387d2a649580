/**
 * The engine in its own process: what merging costs beside the same query by DuckDB alone over the same files, what a page
 * deep in a table costs, and how fast and how large exports are.
 */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { microsOfInstant } from '../../app/model/instant.ts';
import { initialRunState } from '../../app/model/run-reducer.ts';
import type { ExportFormat } from '../../app/model/report.ts';
import type { RunPlan } from '../../app/model/plan.ts';
import { reportMetadata } from '../../app/report/metadata.ts';
import { samplePlan } from '../../app/testing/builders.ts';
import { type BenchRow, median } from './bench-row.ts';
import { attach, columns, type Engine, startEngine, writeSource } from './engine-target.ts';
import { inFolder, peakMemoryMiB, timed } from './measure.ts';

const rounds = 5;
const rowsPerSource = 250_000;
const exportRows = 1_200_000;
const pageRows = 200;
const dayMicros = 86_400_000_000n;

/** Four spools of 250,000 rows, over 30 days and all within the window; pages; exports of 1.2 million rows. */
export function benchEngine(): Promise<BenchRow[]> {
  return inFolder(async (folder) => [
    ...(await benchMerge(folder, 'over 30 days', 30n * dayMicros)),
    ...(await benchMerge(folder, 'all in the window', dayMicros)),
    ...(await benchTable(folder)),
  ]);
}

async function benchMerge(folder: string, name: string, spread: bigint): Promise<BenchRow[]> {
  const plan = samplePlan(4);
  const files: string[] = [];
  for (const source of plan.sources.keys()) files.push(await writeSource(join(folder, `${name}-${source}`), rowsPerSource, source, spread));
  const engine = startEngine(folder);
  const ours: number[] = [];
  const alone: number[] = [];
  let confirmed = 0;
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const merged = await mergeOnce(engine, { ...plan, runId: `${name}-${round}` }, files);
      const bare = await duckAlone(plan, files);
      if (merged.confirmed !== bare.confirmed) throw new Error(`the engine confirmed ${merged.confirmed}, DuckDB alone ${bare.confirmed}`);
      confirmed = merged.confirmed;
      // The first round warms both up.
      if (round > 0) ours.push(merged.ms);
      if (round > 0) alone.push(bare.ms);
    }
  } finally {
    await engine.end();
  }
  const ratio = median(ours) / median(alone);
  return [
    {
      name: `engine: attach, merge and first page of 1 M rows, ${name}, against DuckDB alone`,
      value: ratio,
      unit: '×',
      bar: '≤ 2',
      holds: ratio <= 2,
      note: `${Math.round(median(ours))} ms against ${Math.round(median(alone))} ms, medians of ${rounds}; ${confirmed} clients confirmed`,
    },
  ];
}

async function mergeOnce(engine: Engine, plan: RunPlan, files: readonly string[]): Promise<{ ms: number; confirmed: number }> {
  const { runId } = plan;
  await engine.rpc.call('open', { plan });
  const begin = performance.now();
  for (const [place, { id }] of plan.sources.entries()) await attach(engine, runId, id, [files[place] ?? '']);
  const { confirmed } = await engine.rpc.call('evaluate', { runId, missing: [] });
  await engine.rpc.call('page', { runId, request: { table: { kind: 'confirmed' }, offset: 0, limit: pageRows, filters: [] } });
  const ms = performance.now() - begin;
  await engine.rpc.call('close', { runId });
  return { ms, confirmed };
}

/** The default rule as one statement straight over the files, as one would write it by hand. */
async function duckAlone(plan: RunPlan, files: readonly string[]): Promise<{ ms: number; confirmed: number }> {
  const from = microsOfInstant(plan.window.from);
  const to = microsOfInstant(plan.window.to);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1024MB' });
  const connection = await instance.connect();
  const scan = (file: string): string =>
    `read_parquet('${file}') AS t(user_id, old_value, new_value, change_date, changed_by, change_reason)`;
  const events = files.map(
    (file, type) => `SELECT user_id, ${type} AS type, (epoch_us(change_date) - ${from})::HUGEINT * (1::HUGEINT * 1152921504606846976)
      + (1152921504606846975 - file_row_number) AS key FROM ${scan(file)}
      WHERE user_id IS NOT NULL AND change_date BETWEEN make_timestamp(${from}::BIGINT) AND make_timestamp(${to}::BIGINT)`,
  );
  const latest = files.map((_, type) => `max(key) FILTER (WHERE type = ${type}) AS k${type}`);
  const rowOf = (type: number): string => `1152921504606846975 - (k${type} & 1152921504606846975::HUGEINT)::BIGINT`;
  const times = files.map((_, type) => `make_timestamp(${from} + (k${type} >> 60)::BIGINT) AS t${type}`);
  const evidence = files.map((_, type) => `t${type}, e${type}.old_value, e${type}.new_value, e${type}.changed_by, e${type}.change_reason`);
  const joins = files.map(
    (file, type) => `LEFT JOIN (SELECT file_row_number AS row, * FROM ${scan(file)}) AS e${type} ON e${type}.row = r${type}`,
  );
  const statement = `WITH latest AS (SELECT user_id, ${latest.join(', ')} FROM (${events.join(' UNION ALL ')}) GROUP BY user_id),
    confirmed AS (SELECT user_id, ${files.map((_, type) => `${rowOf(type)} AS r${type}`).join(', ')}, ${times.join(', ')} FROM latest
      WHERE ${files.map((_, type) => `k${type} IS NOT NULL`).join(' AND ')})
    SELECT confirmed.user_id, ${evidence.join(', ')}, count(*) OVER () AS confirmed FROM confirmed ${joins.join(' ')}
    ORDER BY confirmed.user_id::BIGNUM LIMIT ${pageRows}`;
  const begin = performance.now();
  const reader = await connection.runAndReadAll(statement);
  const rows = reader.getRowsJson();
  const ms = performance.now() - begin;
  connection.closeSync();
  instance.closeSync();
  return { ms, confirmed: Number(rows[0]?.at(-1) ?? 0) };
}

async function benchTable(folder: string): Promise<BenchRow[]> {
  const file = await writeSource(join(folder, 'table'), exportRows, 0, 30n * dayMicros);
  const plan = samplePlan(1);
  const source = plan.sources[0]?.id ?? '';
  const rows: BenchRow[] = [];
  // Each measurement has an engine of its own, so that the peak of its memory is told too.
  for (const measure of [benchPages, ...(['csv', 'json', 'xlsx'] as const).map((format) => benchExport.bind(undefined, format, folder))]) {
    const engine = startEngine(folder);
    try {
      await engine.rpc.call('open', { plan });
      await attach(engine, plan.runId, source, [file]);
      rows.push(...(await measure(engine, plan, source)));
    } finally {
      await engine.end();
    }
  }
  return rows;
}

async function benchPages(engine: Engine, plan: RunPlan, source: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, sort] of [
    ['as it came', undefined],
    ['sorted', { column: 'new_value', descending: true }],
  ] as const) {
    const page = (offset: number): Promise<number> =>
      timed(() =>
        engine.rpc.call('page', {
          runId: plan.runId,
          request: { table: { kind: 'source', source }, offset, limit: pageRows, filters: [], ...(sort === undefined ? {} : { sort }) },
        }),
      );
    const firstMs = await page(0);
    const near: number[] = [];
    const far: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) near.push(await page(turn * pageRows));
    for (let turn = 0; turn < 20; turn += 1) far.push(await page(900_000 + turn * pageRows));
    const ratio = median(far) / median(near);
    rows.push({
      name: `engine: page at row 900,000 of ${exportRows.toLocaleString('en')}, ${name}, against row 0`,
      value: ratio,
      unit: '×',
      bar: '≤ 3',
      holds: ratio <= 3,
      note: `${median(far).toFixed(1)} ms against ${median(near).toFixed(1)} ms, medians of 20; the very first ${Math.round(firstMs)} ms`,
    });
  }
  return rows;
}

async function benchExport(format: ExportFormat, folder: string, engine: Engine, plan: RunPlan, source: string): Promise<BenchRow[]> {
  const metadata = reportMetadata(initialRunState(plan, plan.createdAt), { version: '0', createdAt: plan.createdAt });
  const path = join(folder, `export.${format}`);
  let bytes = 0;
  const ms = await timed(async () => {
    const table = { kind: 'source', source } as const;
    ({ bytes } = await engine.rpc.call('export', { runId: plan.runId, table, filters: [], format, path, metadata }));
  });
  const rate = exportRows / (ms / 1000);
  const peak = peakMemoryMiB(engine.pid);
  const name = `engine: ${format} of ${exportRows.toLocaleString('en')} rows`;
  return [
    {
      name,
      value: rate,
      unit: 'rows/s',
      bar: 'none',
      holds: true,
      note: `${columns.length} columns, ${(ms / 1000).toFixed(1)} s, ${Math.round(bytes / 1e6)} MB`,
    },
    ...(peak === undefined
      ? []
      : [{ name: `${name}, peak memory of the process`, value: peak, unit: 'MiB', bar: '< 500', holds: peak < 500 }]),
  ];
}
