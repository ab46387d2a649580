/** What audit chain, holds and retention must do on every store. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { chain, runContent } from '../history/audit-chain.ts';
import { verifyChain } from '../history/audit-trail.ts';
import { runDetail } from '../history/executions.ts';
import { executionPage } from '../history/executions.ts';
import { listHolds, releaseHold, setHold } from '../history/holds.ts';
import type { ExecutionRecord } from '../history/records.ts';
import { retain } from '../history/retention.ts';
import { runRow } from '../history/rows.ts';
import { statistics } from '../history/statistics.ts';
import type { Store } from '../history/store.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, openExecution, sampleRun } from './history-events.ts';
import { endedIn, faultsOf, summaryOf } from './history-reference.ts';
import { scriptedExecutions } from './history-script.ts';
import { type StoreMaker, suiteStores, tell } from './history-store.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');
const dayMs = 86_400_000;

/** Runs the tests against stores from `maker`. */
export function describeHistoryAudit(name: string, maker: StoreMaker): void {
  const { newStore, smallStore: smallStoreAt } = suiteStores(maker);
  const smallStore = (): Promise<Store> => smallStoreAt(nowMs);

  describe(`the audit chain in ${name}`, () => {
    it('is intact over what was written, open records left out', async () => {
      const store = await smallStore();
      await tell(store, [executionEvent(openExecution({ executionId: 'open' }))]);
      const verdict = await verifyChain(store.db);
      expect(verdict).toMatchObject({ isIntact: true, entries: 10, head: { seq: 10 }, faults: [] });
      expect(await verifyChain(store.db, verdict.head)).toMatchObject({ isIntact: true });
    });

    it('is intact over runs with what their filters hid, and over those of earlier versions without, and names each change of it', async () => {
      const store = await newStore();
      const withFilters = sampleRun({ runId: 'with', filters: ['The filter “robots” hid 3 events.'] });
      await tell(store, [
        { kind: 'run', record: withFilters },
        { kind: 'run', record: sampleRun({ runId: 'without' }) },
      ]);
      expect((await runDetail(store.db, 'with'))?.run.filters).toEqual(withFilters.filters);
      expect((await runDetail(store.db, 'without'))?.run).not.toHaveProperty('filters');
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true, entries: 2 });
      await sql`UPDATE query_runs SET filters = '[]' WHERE run_id = 'without'`.execute(store.db);
      await sql`UPDATE query_runs SET filters = NULL WHERE run_id = 'with'`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['changed 1 with', 'changed 2 without']);
    });

    it('names a record that was changed, whatever column it is', async () => {
      const columns: readonly (readonly [string, string | number])[] = [
        ['status', 'failed'],
        ['user_id', 'nobody'],
        ['total_rows', 99],
        ['execution_time', 1.6],
        ['query_text', 'SELECT 1'],
        ['completed_at', '2026-11-20T14:00:01.500001Z'],
        ['connection_params', '{}'],
      ];
      for (const [column, value] of columns) {
        const store = await smallStore();
        await sql`UPDATE query_executions SET ${sql.ref(column)} = ${value} WHERE execution_id = 'e4'`.execute(store.db);
        expect(faultsOf(await verifyChain(store.db))).toEqual(['changed 4 e4']);
      }
      const store = await smallStore();
      await sql`UPDATE query_runs SET confirmed = 0`.execute(store.db);
      await sql`UPDATE execution_attempts SET status = 'failed' WHERE execution_id = 'e6'`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['changed 6 e6', 'changed 10 run-1']);
    });

    it('names a record that was made to look as if it still ran', async () => {
      const store = await smallStore();
      await sql`UPDATE query_executions SET status = NULL, completed_at = NULL WHERE execution_id = 'e4'`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['changed 4 e4']);
    });

    it('names a run that was made to look as if it still ran, or as it stood before it went on', async () => {
      for (const [place, faults] of [
        [null, ['changed 10 run-1']],
        [2, ['changed 10 run-1', 'inserted null run run-1']],
        [99, ['inserted null run run-1']],
      ] as const) {
        const store = await smallStore();
        await sql`UPDATE query_runs SET outcome = NULL, completed_at = NULL, confirmed = 0, chain_seq = ${place}`.execute(store.db);
        expect(faultsOf(await verifyChain(store.db))).toEqual(faults);
      }
      const store = await newStore();
      const first = sampleRun({ outcome: 'partial', confirmed: 1 });
      await tell(store, [{ kind: 'run', record: first }], nowMs);
      await tell(store, [{ kind: 'run', record: sampleRun({ outcome: null, completedAt: null, confirmed: null, resumes: 1 }) }], nowMs);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true, entries: 2 });
      await tell(store, [{ kind: 'run', record: sampleRun({ confirmed: 2, resumes: 1 }) }], nowMs);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true, entries: 3 });
      const { run_id: runId, ...columns } = runRow(first);
      await store.db
        .updateTable('query_runs')
        .set({ ...columns, chain_seq: 1 })
        .where('run_id', '=', runId)
        .execute();
      expect(faultsOf(await verifyChain(store.db))).toEqual(['changed 2 run-1', 'changed 3 run-1']);
    });

    it('names a hold that was removed, released, changed or inserted besides it', async () => {
      const store = await smallStore();
      const kept = await setHold(store, { reason: 'Case 1', by: 'auditor' }, nowMs);
      const { holdId } = await setHold(store, { reason: 'Case 2', by: 'auditor' }, nowMs);
      await releaseHold(store, { holdId: kept.holdId, by: 'auditor' }, nowMs);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true, entries: 13 });
      await sql`UPDATE audit_holds SET released_at = set_at, released_by = set_by WHERE hold_id = ${holdId}`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual([`changed 12 ${holdId}`]);
      await sql`DELETE FROM audit_holds WHERE hold_id = ${holdId}`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual([`removed 12 ${holdId}`]);
      await sql`INSERT INTO audit_holds (hold_id, reason, set_by, set_at) VALUES ('forged', 'Case 3', 'nobody', '2026')`.execute(store.db);
      await sql`UPDATE audit_holds SET reason = 'Case 0' WHERE hold_id = ${kept.holdId}`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual([`removed 12 ${holdId}`, 'inserted null forged', `changed 13 ${kept.holdId}`]);
    });

    it('names a record that was removed, with or without its entry', async () => {
      const store = await smallStore();
      await sql`DELETE FROM query_executions WHERE execution_id IN ('e3', 'e7')`.execute(store.db);
      await sql`DELETE FROM audit_chain WHERE seq = 7`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['removed 7 null', 'removed 3 e3']);
    });

    it('names an entry that was removed although the places were closed up', async () => {
      const store = await smallStore();
      await sql`DELETE FROM query_executions WHERE execution_id = 'e5'`.execute(store.db);
      await sql`DELETE FROM audit_chain WHERE seq = 5`.execute(store.db);
      for (let seq = 6; seq <= 10; seq += 1) {
        await sql`UPDATE audit_chain SET seq = ${seq - 1} WHERE seq = ${seq}`.execute(store.db);
        await sql`UPDATE query_executions SET chain_seq = ${seq - 1} WHERE chain_seq = ${seq}`.execute(store.db);
        await sql`UPDATE query_runs SET chain_seq = ${seq - 1} WHERE chain_seq = ${seq}`.execute(store.db);
      }
      expect(faultsOf(await verifyChain(store.db))).toEqual(['reordered 6 e6', 'removed 5 null']);
    });

    it('names entries that changed places', async () => {
      const store = await smallStore();
      for (const [from, to] of [
        [3, 100],
        [8, 3],
        [100, 8],
      ])
        await sql`UPDATE audit_chain SET seq = ${to} WHERE seq = ${from}`.execute(store.db);
      await sql`UPDATE query_executions SET chain_seq = 11 - chain_seq WHERE chain_seq IN (3, 8)`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['reordered 8 e8', 'reordered 3 e3']);
    });

    it('names a record that was inserted, and an entry that was inserted for it', async () => {
      const store = await smallStore();
      await tell(store, [executionEvent(openExecution({ executionId: 'forged' }))]);
      await sql`UPDATE query_executions SET status = 'success', completed_at = started_at WHERE execution_id = 'forged'`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['inserted null execution forged']);
      // The forger takes the place and the entry of another record.
      await sql`UPDATE query_executions SET chain_seq = 4 WHERE execution_id = 'forged'`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['inserted null execution forged']);
    });

    it('names an entry that was changed, also when its hash was made anew', async () => {
      const store = await smallStore();
      await sql`UPDATE audit_chain SET recorded_at = '2026-01-01T00:00:00.000000Z' WHERE seq = 5`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['changed 5 e5']);
      const other = await smallStore();
      await sql`UPDATE audit_chain SET hash = ${'0'.repeat(64)} WHERE seq = 5`.execute(other.db);
      expect(faultsOf(await verifyChain(other.db))).toEqual(['changed 5 e5']);
    });

    it('names a place that was forged far away, in the chain and in the note of its end, in no more time', async () => {
      const store = await smallStore();
      await sql`UPDATE audit_chain SET seq = 9007199254740000 WHERE seq = 10`.execute(store.db);
      await sql`UPDATE query_runs SET confirmed = 0`.execute(store.db);
      await sql`UPDATE audit_head SET seq = 9007199254740991`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toContain('reordered 10 run-1');
    });

    it('is known to have been cut off, or to end with another entry, by the head that the store notes', async () => {
      const store = await smallStore();
      await sql`DELETE FROM audit_chain WHERE seq >= 9`.execute(store.db);
      await sql`DELETE FROM query_executions WHERE execution_id = 'e9'`.execute(store.db);
      await sql`DELETE FROM query_runs`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual(['removed 10 null']);
      await sql`DELETE FROM audit_head`.execute(store.db);
      expect(await verifyChain(store.db)).toMatchObject({
        faults: [{ kind: 'removed', message: expect.stringContaining('cut off') as string }],
      });
      const other = await smallStore();
      await sql`UPDATE query_runs SET confirmed = 0`.execute(other.db);
      // The forger writes the last entry anew, so that nothing of the chain itself is wrong.
      const record = sampleRun({ confirmed: 0 });
      const before = await other.db.selectFrom('audit_chain').selectAll().where('seq', '=', 9).executeTakeFirstOrThrow();
      const [forged] = chain(before, [{ kind: 'run', subject: record.runId, content: runContent(runRow(record)) }], instantFromMs(nowMs));
      await sql`UPDATE audit_chain SET content_hash = ${forged?.contentHash}, hash = ${forged?.hash} WHERE seq = 10`.execute(other.db);
      expect(faultsOf(await verifyChain(other.db))).toEqual(['changed 10 run-1']);
    });

    it('is known to have been cut off or made anew against a head that was noted elsewhere, also where the store notes another one', async () => {
      const store = await smallStore();
      const { head } = await verifyChain(store.db);
      await sql`DELETE FROM audit_chain WHERE seq = 10`.execute(store.db);
      await sql`DELETE FROM query_runs`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db, head))).toEqual(['removed 10 null']);
      await sql`UPDATE audit_head SET seq = 9, hash = (SELECT hash FROM audit_chain WHERE seq = 9)`.execute(store.db);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
      expect(faultsOf(await verifyChain(store.db, head))).toEqual(['removed 10 null']);
      const other = await smallStore();
      expect(
        faultsOf(await verifyChain(other.db, { seq: 10, hash: head.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })),
      ).toEqual(['changed 10 run-1']);
    });
  });

  describe(`retention in ${name}`, () => {
    const oldAndNew = (): readonly ExecutionRecord[] => [
      ...scriptedExecutions({ seed: 3, executions: 1300, endMs: nowMs, days: 100, users: 3, queries: 4 }),
    ];
    const policy = { executionDays: { success: 30, failed: 60 }, runDays: 30 };

    it('counts first, then deletes exactly that, and the chain and the statistics stay right', async () => {
      const store = await newStore();
      const records = oldAndNew();
      const runs = [...new Set(records.map((record) => record.runId))].map((runId) =>
        sampleRun({ runId, startedAt: records.find((record) => record.runId === runId)?.startedAt ?? '' }),
      );
      await tell(store, [...records.map(executionEvent), ...runs.map((record) => ({ kind: 'run' as const, record }))], nowMs);
      const isKept = (record: ExecutionRecord): boolean => {
        const days = record.status === 'success' ? 30 : record.status === 'failed' ? 60 : Infinity;
        return (record.completedAt ?? '') >= new Date(Math.max(0, nowMs - days * dayMs)).toISOString();
      };
      const kept = records.filter(isKept);
      const gone = (status: string): number => records.filter((record) => record.status === status && !isKept(record)).length;
      const keptRuns = new Set(kept.map((record) => record.runId));

      const dryRun = await retain(store, { policy, isDryRun: true, by: 'auditor' }, nowMs);
      expect(dryRun.executions).toEqual({ success: gone('success'), failed: gone('failed') });
      expect((await executionPage(store.db, {}, { limit: 1, offset: 0 })).total).toBe(records.length);

      const result = await retain(store, { policy, isDryRun: false, by: 'auditor' }, nowMs);
      expect(result.executions).toEqual(dryRun.executions);
      expect(result.runCount).toBe(dryRun.runCount);
      expect(result.runIds.filter((run) => keptRuns.has(run))).toEqual([]);
      expect((await executionPage(store.db, {}, { limit: 1, offset: 0 })).total).toBe(kept.length);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
      for (const scope of [{}, { userId: 'X100000' }, { databaseName: 'database_1' }]) {
        const found = await statistics(store.db, { scope, days: 100, withPercentiles: true }, nowMs);
        const ended = endedIn(kept, scope, 100, nowMs);
        expect(found.total).toBe(ended.length);
        expect(found.withTimeouts).toEqual(summaryOf(ended, ['success', 'partial', 'timeout']));
      }
      expect(await retain(store, { policy, isDryRun: false, by: 'auditor' }, nowMs)).toMatchObject({
        executions: { success: 0, failed: 0 },
        runIds: [],
      });
    });

    it('deletes nothing while a hold is set, and everything once it is released', async () => {
      const store = await newStore();
      await tell(store, oldAndNew().slice(0, 50).map(executionEvent), nowMs);
      const hold = await setHold(store, { reason: 'Case 4711', by: 'auditor' }, nowMs);
      await expect(retain(store, { policy, isDryRun: false, by: 'admin' }, nowMs)).rejects.toMatchObject({
        failure: { code: 'request.forbidden', message: expect.stringContaining('Case 4711') as string },
      });
      expect((await executionPage(store.db, {}, { limit: 1, offset: 0 })).total).toBe(50);
      expect((await retain(store, { policy, isDryRun: true, by: 'admin' }, nowMs)).executions.success).toBeGreaterThan(0);
      await releaseHold(store, { holdId: hold.holdId, by: 'chief' }, nowMs);
      await expect(releaseHold(store, { holdId: hold.holdId, by: 'chief' }, nowMs)).rejects.toMatchObject({
        failure: { code: 'not.found' },
      });
      expect(await listHolds(store.db)).toMatchObject([{ reason: 'Case 4711', setBy: 'auditor', releasedBy: 'chief' }]);
      expect((await retain(store, { policy, isDryRun: false, by: 'admin' }, nowMs)).executions.success).toBeGreaterThan(0);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
    });

    it('does not cover what somebody removes besides it', async () => {
      const store = await newStore();
      const records = oldAndNew().slice(0, 200);
      await tell(store, records.map(executionEvent), nowMs);
      await retain(store, { policy: { executionDays: { failed: 30 } }, isDryRun: false, by: 'admin' }, nowMs);
      const victim = records.findIndex((record) => record.status === 'timeout');
      await sql`DELETE FROM query_executions WHERE execution_id = ${records[victim]?.executionId}`.execute(store.db);
      expect(faultsOf(await verifyChain(store.db))).toEqual([`removed ${String(victim + 1)} ${String(records[victim]?.executionId)}`]);
    });
  });
}
