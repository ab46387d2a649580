import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import xlsx from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialRunState } from '../model/run-reducer.ts';
import type { Cell } from '../model/table.ts';
import { reportMetadata } from '../report/metadata.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type HarnessRun, startEngineHarness } from '../testing/engine-harness.ts';
import type { ExportInput } from './engine.ts';

let engine: EngineHarness;
let folder: string;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
  folder = join(engine.directory, 'reports');
  await mkdir(folder);
});
afterAll(async () => {
  await engine.close();
});

/** A run with so many confirmed clients, whose ids have 19 digits. */
async function runOf(clients: number): Promise<HarnessRun> {
  const run = await engine.open(samplePlan(4, { runId: `run-${String(++runs)}`, zone: 'Asia/Kolkata' }));
  const events = Array.from({ length: clients }, (_, number) => {
    const id = String(1_234_567_890_123_450_000n + BigInt((number * 7) % clients));
    return [id, '2026-11-20 10:00:00.123456', number % 2 === 0 ? `even ${String(number)}` : null] as const;
  });
  for (const { id } of run.plan.sources) await run.attach(id, eventRows(events));
  await run.evaluate();
  return run;
}

function inputOf(run: HarnessRun, format: ExportInput['format'], change: Partial<ExportInput> = {}): ExportInput {
  const { plan } = run;
  return {
    runId: plan.runId,
    table: { kind: 'confirmed' },
    filters: [],
    format,
    path: join(folder, `${plan.runId}.${format}`),
    metadata: reportMetadata(initialRunState(plan, plan.createdAt), { version: '0', createdAt: plan.createdAt }),
    ...change,
  };
}

async function allRows(run: HarnessRun, change: Partial<ExportInput> = {}): Promise<readonly (readonly Cell[])[]> {
  const rows: (readonly Cell[])[] = [];
  for (let offset = 0; ; offset += 1000) {
    const page = await run.page({ table: { kind: 'confirmed' }, offset, ...change });
    rows.push(...page.rows);
    if (page.rows.length < 1000) return rows;
  }
}

describe('an export of a merged report', () => {
  it('has the rows of the table in their order, filtered and sorted as shown', async () => {
    const run = await runOf(20_000);
    const sort = { column: 'token_note', descending: true };
    const filters = [{ column: 'email_note', contains: 'EVEN 1' }];
    for (const change of [{}, { sort, filters }]) {
      const path = join(folder, `rows-${String(Object.keys(change).length)}.json`);
      const rows: number[] = [];
      const file = await engine.rpc.call('export', inputOf(run, 'json', { path, ...change }), {
        onNotice: (notice) => void rows.push(notice.rows),
      });
      const expected = await allRows(run, change);
      expect((JSON.parse(readFileSync(path, 'utf8')) as { rows: unknown }).rows).toEqual(expected);
      expect(file.rows).toBe(expected.length);
      expect(rows.at(-1)).toBe(expected.length);
    }
  });

  it('is read by a spreadsheet with exact ids, times in the zone of the analyst and the report’s columns', async () => {
    const run = await runOf(3);
    const file = await engine.rpc.call('export', inputOf(run, 'xlsx'));
    const book = xlsx.read(readFileSync(file.path), { cellNF: true });
    const sheet = book.Sheets['Confirmed clients']!;
    const page = await run.page({ table: { kind: 'confirmed' } });
    const [header = []] = xlsx.utils.sheet_to_json<string[]>(sheet, { header: 1 });
    expect(header.map((name) => name.replace(' (Asia/Kolkata)', ''))).toEqual(page.columns.map((column) => column.name));
    expect(sheet.A2).toMatchObject({ t: 's', v: '1234567890123450000' });
    expect(sheet.B2).toMatchObject({ t: 'n', w: '2026-11-20 15:30:00.123' });
  });

  it('as CSV has exactly the columns of the table and an empty field for NULL', async () => {
    const run = await runOf(2);
    const file = await engine.rpc.call('export', inputOf(run, 'csv'));
    const [header, first, second] = readFileSync(file.path, 'utf8').split('\r\n');
    const page = await run.page({ table: { kind: 'confirmed' } });
    expect(header).toBe(page.columns.map((column) => column.name).join(','));
    expect(first?.startsWith('1234567890123450000,2026-11-20T10:00:00.123456Z,database_1,')).toBe(true);
    expect(second?.endsWith(',confirmed,,,,,,1')).toBe(true);
  });

  it('of a source has its raw rows', async () => {
    const run = await runOf(2);
    const table = { kind: 'source', source: 'database_2/query' } as const;
    const file = await engine.rpc.call('export', inputOf(run, 'csv', { table }));
    expect(readFileSync(file.path, 'utf8').split('\r\n')[0]).toBe('user_id,change_date,note');
    expect(file).toMatchObject({ rows: 2, metadataPath: file.path.replace(/csv$/, 'meta.json') });
  });

  it('that is cancelled leaves nothing, and the engine goes on', async () => {
    const run = await runOf(60_000);
    const before = readdirSync(folder);
    for (const format of ['csv', 'json', 'xlsx'] as const) {
      const controller = new AbortController();
      const onNotice = (): void => controller.abort({ kind: 'cancel', by: 'test' });
      const exporting = engine.rpc.call('export', inputOf(run, format), { signal: controller.signal, onNotice });
      await expect(exporting).rejects.toMatchObject({ name: 'AbortedError', reason: { by: 'test' } });
    }
    expect(readdirSync(folder)).toEqual(before);
    expect(await engine.rpc.call('export', inputOf(run, 'csv'))).toMatchObject({ rows: 60_000 });
  });

  it('has the rows of one merge, even where the run is merged anew meanwhile', async () => {
    const run = await runOf(40_000);
    const exporting = engine.rpc.call('export', inputOf(run, 'csv'));
    await run.evaluate(['database_4/query']);
    expect(await exporting).toMatchObject({ rows: 40_000 });
    expect((await run.page({ table: { kind: 'confirmed' } })).total).toBe(0);
  });

  it('of a run that is closed meanwhile fails and leaves no file', async () => {
    const run = await runOf(60_000);
    const { runId } = run.plan;
    let closing: Promise<null> | undefined;
    const onNotice = (): void => void (closing ??= engine.rpc.call('close', { runId }));
    await expect(engine.rpc.call('export', inputOf(run, 'csv'), { onNotice })).rejects.toMatchObject({ failure: { code: 'engine.error' } });
    await closing;
    expect(readdirSync(folder).filter((name) => name.includes(runId))).toEqual([]);
  });

  it('of a table that is not there makes no file', async () => {
    const run = await runOf(1);
    const path = join(folder, 'nothing.csv');
    const table = { kind: 'source', source: 'nowhere/query' } as const;
    await expect(engine.rpc.call('export', inputOf(run, 'csv', { path, table }))).rejects.toMatchObject({ failure: { code: 'not.found' } });
    expect(existsSync(path)).toBe(false);
  });
});
