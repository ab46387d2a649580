import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckedInput } from '../contract/methods.ts';
import type { ExportProgress } from '../model/report.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

let test: TestApp | undefined;
afterEach(() => test?.close());

const source = 'many/emails';

/** A run with a source of so many rows. */
async function runOf(rows: number) {
  const sql = `SELECT CAST(i AS VARCHAR) AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date FROM range(${String(rows)}) t(i)`;
  test = await startTestApp([{ name: 'many', driver: 'duckdb', queries: [{ name: 'emails', changeType: 'email', sql }] }]);
  const state = await test.run();
  const { handlers } = test.app;
  const told: ExportProgress[] = [];
  test.app.subscribe((event, payload) => {
    if (event === 'export.progress') told.push(payload as ExportProgress);
  });
  const input: CheckedInput<'report.export'> = { runId: state.plan.runId, table: { kind: 'source', source }, filters: [], format: 'csv' };
  const folder = test.app.config.current().settings.reportOutputDir;
  return { handlers, told, input, files: () => readdirSync(folder) };
}

describe('an export with an id', () => {
  it('tells how far it is, and may not be begun twice at a time', async () => {
    const { handlers, told, input } = await runOf(20_000);
    const exporting = handlers['report.export']({ ...input, exportId: 'mine' });
    await expect(handlers['report.export']({ ...input, exportId: 'mine' })).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    expect(await exporting).toMatchObject({ rows: 20_000 });
    expect(told.at(-1)).toEqual({ exportId: 'mine', rows: 20_000, of: 20_000 });
    expect(told.length).toBeGreaterThan(1);
    // The id is free again.
    expect(await handlers['report.export']({ ...input, exportId: 'mine' })).toMatchObject({ rows: 20_000 });
  });

  it('that is cancelled fails as cancelled and leaves no file, and the next one works', async () => {
    const { handlers, told, input, files } = await runOf(300_000);
    const exporting = handlers['report.export']({ ...input, exportId: 'long' });
    test?.app.subscribe((event) => {
      if (event === 'export.progress') void handlers['report.cancelExport']({ exportId: 'long' });
    });
    await expect(exporting).rejects.toMatchObject({ failure: { code: 'export.cancelled' } });
    expect(told.every(({ rows }) => rows < 300_000)).toBe(true);
    expect(files()).toEqual([]);
    expect(await handlers['report.cancelExport']({ exportId: 'long' })).toBeNull();
    expect(await handlers['report.export'](input)).toMatchObject({ rows: 300_000 });
  });
});
