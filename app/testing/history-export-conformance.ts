/** What the audit trail as a file must be, whatever the store. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { exportTrail, verifyExport } from '../history/audit-file.ts';
import { retain } from '../history/retention.ts';
import type { Store } from '../history/store.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, sampleExecution } from './history-events.ts';
import { faultsOf } from './history-reference.ts';
import { type StoreMaker, suiteStores, tell } from './history-store.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');

/** Runs the tests against stores from `maker`. */
export function describeAuditExport(name: string, maker: StoreMaker): void {
  const { newStore, smallStore: smallStoreAt } = suiteStores(maker);
  const smallStore = (): Promise<Store> => smallStoreAt(nowMs);
  const folder = mkdtempSync(join(tmpdir(), 'cam-trail-'));

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  describe(`the audit trail exported from ${name}`, () => {
    it('can be checked without the store, and a changed, removed, moved or inserted line is named', async () => {
      const store = await smallStore();
      const path = join(folder, `${name}.jsonl`);
      const exported = await exportTrail(store.db, { path, format: 'jsonl' });
      expect(exported).toMatchObject({ path, entries: 10, head: { seq: 10 } });
      expect(await verifyExport(path, exported.head)).toMatchObject({ isIntact: true, entries: 10, head: exported.head });
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      const check = async (changed: readonly string[]): Promise<readonly string[]> => {
        writeFileSync(path, `${changed.join('\n')}\n`);
        return faultsOf(await verifyExport(path));
      };
      expect(await check(lines.with(3, (lines[3] ?? '').replace('success', 'failed')))).toEqual(['changed 4 e4']);
      expect(await check(lines.toSpliced(3, 1))).toEqual(['removed 4 null']);
      expect(await check([...lines.slice(0, 3), lines[4] ?? '', lines[3] ?? '', ...lines.slice(5)])).not.toEqual([]);
      expect(await check(lines.toSpliced(5, 0, lines[4] ?? ''))).toEqual(['inserted 5 e5']);
      expect(await check(lines.slice(4))).toEqual([]);
      // A place far away is a fault like others, and takes no more time.
      const forged = lines.with(8, (lines[8] ?? '').replace('"seq":9', '"seq":9007199254740000'));
      expect((await check(forged)).length).toBeGreaterThan(0);
      await expect(check([(lines[0] ?? '').replace('"seq":1', '"seq":0.5')])).rejects.toMatchObject({
        failure: { code: 'request.invalid' },
      });
      await expect(check(['{}'])).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    });

    it('says where it begins, and what was noted of the chain before that cannot be told by it', async () => {
      const store = await smallStore();
      const path = join(folder, `${name} part.jsonl`);
      await exportTrail(store.db, { path, format: 'jsonl' });
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      const hashes = lines.map((line) => (JSON.parse(line) as { hash: string }).hash);
      expect(await verifyExport(path)).toMatchObject({ isIntact: true, begins: 1 });
      writeFileSync(path, `${lines.slice(4).join('\n')}\n`);
      expect(await verifyExport(path)).toMatchObject({ isIntact: true, begins: 5, entries: 6 });
      expect(await verifyExport(path, { seq: 4, hash: hashes[3] ?? '' })).toMatchObject({ isIntact: true });
      expect(faultsOf(await verifyExport(path, { seq: 4, hash: '0'.repeat(64) }))).toEqual(['changed 4 null']);
      await expect(verifyExport(path, { seq: 3, hash: hashes[2] ?? '' })).rejects.toMatchObject({
        failure: { code: 'request.invalid', message: expect.stringContaining('begins at place 5') as string },
      });
      writeFileSync(path, '');
      expect(await verifyExport(path)).toMatchObject({ entries: 0, begins: null });
      await expect(verifyExport(join(folder, 'nowhere.jsonl'))).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    });

    it('of a store from which records were removed says of how many it proves nothing; what a retention deleted is none of them', async () => {
      const store = await smallStore();
      const path = join(folder, `${name} without.jsonl`);
      const without = async (): Promise<number | undefined> => {
        await exportTrail(store.db, { path, format: 'jsonl' });
        const verdict = await verifyExport(path);
        expect(verdict.isIntact).toBe(true);
        return verdict.withoutRecord;
      };
      expect(await without()).toBe(0);
      await sql`DELETE FROM query_executions WHERE execution_id IN ('e3', 'e7')`.execute(store.db);
      expect(await without()).toBe(2);
      await sql`DELETE FROM query_runs`.execute(store.db);
      expect(await without()).toBe(3);
      const other = { policy: { executionDays: { success: 0 }, runDays: 0 }, isDryRun: false, by: 'auditor' };
      await retain(store, other, nowMs);
      // The retention names the places that it deleted, and those alone.
      expect(await without()).toBe(3);
      const again = await smallStore();
      await retain(again, other, nowMs);
      await exportTrail(again.db, { path, format: 'jsonl' });
      expect(await verifyExport(path)).toMatchObject({ isIntact: true, withoutRecord: 0, entries: 12 });
    });

    it('of a span of time has no gap, although two writers and a clock that was set back record out of order', async () => {
      const store = await newStore();
      const at = (minute: number): number => nowMs + minute * 60_000;
      for (const [index, minute] of [0, 10, 9, 20, 5, 30, 29, 40].entries())
        await tell(store, [executionEvent(sampleExecution({ executionId: `e${String(index + 1)}` }))], at(minute));
      const exportOf = async (span: { from?: number; to?: number }): Promise<readonly string[]> => {
        const path = join(folder, `${name} span.jsonl`);
        const { from, to } = span;
        await exportTrail(store.db, {
          path,
          format: 'jsonl',
          ...(from === undefined ? {} : { from: instantFromMs(at(from)) }),
          ...(to === undefined ? {} : { to: instantFromMs(at(to)) }),
        });
        expect(await verifyExport(path)).toMatchObject({ isIntact: true });
        return readFileSync(path, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => (JSON.parse(line) as { subject: string }).subject);
      };
      expect(await exportOf({ from: 10, to: 30 })).toEqual(['e2', 'e3', 'e4', 'e5', 'e6', 'e7']);
      expect(await exportOf({ from: 10 })).toEqual(['e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8']);
      expect(await exportOf({ to: 10 })).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
      expect(await exportOf({ from: 50 })).toEqual([]);
    });

    it('is whole also where a text in it has a character that others take for the end of a line', async () => {
      const store = await newStore();
      await tell(store, [executionEvent(sampleExecution({ queryName: 'a\u2028b', errorMessage: 'c\u2029d\u0085e' }))], nowMs);
      const path = join(folder, `${name} separators.jsonl`);
      const exported = await exportTrail(store.db, { path, format: 'jsonl' });
      expect(await verifyExport(path, exported.head)).toMatchObject({ isIntact: true, entries: 1, withoutRecord: 0 });
    });

    it('as CSV has a line for each entry, and no cell that a spreadsheet takes for a formula', async () => {
      const store = await newStore();
      await tell(store, [executionEvent(sampleExecution({ queryName: '=1+1', errorMessage: 'a "b", c\nd' }))], nowMs);
      const path = join(folder, `${name}.csv`);
      await exportTrail(store.db, { path, format: 'csv' });
      const [header = '', line = ''] = readFileSync(path, 'utf8').split('\r\n');
      expect(header).toMatch(/^seq,kind,subject,recorded_at,run_id,user_id,query_name,.*,content_hash,previous_hash,hash$/);
      expect(line).toMatch(
        /^1,execution,run-1:1:1,2026-11-20T15:30:00\.000000Z,run-1,X123456,'=1\+1,.*,"a ""b"", c\nd",[0-9a-f]{64},,[0-9a-f]{64}$/s,
      );
    });

    it('leaves nothing behind when it cannot be written', async () => {
      const store = await smallStore();
      const path = join(folder, 'missing', 'trail.jsonl');
      await expect(exportTrail(store.db, { path, format: 'jsonl' })).rejects.toMatchObject({ failure: { code: 'export.failed' } });
      expect(existsSync(path)).toBe(false);
    });
  });
}
