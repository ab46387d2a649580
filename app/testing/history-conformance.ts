/** What the history must do on every store. */
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../history/audit-trail.ts';
import { executionDetail, executionPage, runDetail, runningRuns, runPage } from '../history/executions.ts';
import { type ExecutionRecord } from '../history/records.ts';
import { endSession, registerSession } from '../history/session-store.ts';
import type { Store } from '../history/store.ts';
import { instantFromMs } from '../model/instant.ts';
import { executionEvent, openExecution, sampleAttempt, sampleExecution, sampleRun } from './history-events.ts';
import { scriptedExecutions } from './history-script.ts';
import { type StoreMaker, suiteStores, tell, testSession } from './history-store.ts';
import { describeHistoryStatistics } from './history-statistics-conformance.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');

/** Runs the tests against stores from `maker`. */
export function describeHistoryStore(name: string, maker: StoreMaker): void {
  const { newStore } = suiteStores(maker);

  describe(`records in ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore();
    });

    it('come back as they were told, with every attempt', async () => {
      const record = sampleExecution({ executionId: 'told', errorMessage: 'ORA-00942: “Tabelle” 🗝', attempts: 2, totalRows: 2 ** 40 });
      const attempts = [
        sampleAttempt(record, { status: 'failed', errorCode: 'ORA-03113', completedAt: '2026-11-20T14:00:00.500000Z' }),
        sampleAttempt(record, { attempt: 2, startedAt: '2026-11-20T14:00:00.700000Z' }),
      ];
      const run = sampleRun({ runId: 'told-run' });
      await tell(store, [
        { kind: 'run', record: run },
        { kind: 'execution', record: { ...record, runId: 'told-run' }, attempts },
      ]);
      const told = await executionDetail(store.db, 'told');
      expect(told).toEqual({ execution: { ...record, runId: 'told-run', id: expect.any(Number) as number }, attempts });
      const detail = await runDetail(store.db, 'told-run');
      expect(detail?.run).toEqual({ ...run, id: expect.any(Number) as number });
      expect(detail?.executions).toEqual([told]);
      expect(await executionDetail(store.db, 'nobody')).toBeUndefined();
      expect(await runDetail(store.db, 'nobody')).toBeUndefined();
    });

    it('change nothing when they are told again, and the first end stands', async () => {
      const open = openExecution({ executionId: 'again', runId: 'again-run' });
      const ended = sampleExecution({ executionId: 'again', runId: 'again-run' });
      await tell(store, [executionEvent(open)]);
      await tell(store, [executionEvent(ended)]);
      const before = await verifyChain(store.db);
      await tell(store, [executionEvent(open), executionEvent(ended), executionEvent({ ...ended, status: 'failed' })]);
      await tell(store, [executionEvent({ ...ended, status: 'cancelled' })]);
      expect((await executionDetail(store.db, 'again'))?.execution.status).toBe('success');
      expect(await verifyChain(store.db)).toEqual(before);
      const { total } = await executionPage(store.db, { runId: 'again-run' }, { limit: 10, offset: 0 });
      expect(total).toBe(1);
    });

    it('take texts that no database can store, made storable', async () => {
      await tell(store, [
        executionEvent(sampleExecution({ executionId: 'odd', errorMessage: 'a\0b\ud800c', responseMetadata: { 'x\0': '\0' } })),
      ]);
      const odd = await executionDetail(store.db, 'odd');
      expect(odd?.execution.errorMessage).toBe('a\uFFFDb\uFFFDc');
      expect(odd?.execution.responseMetadata).toEqual({ 'x\uFFFD': '\uFFFD' });
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
    });

    it('of a run that went on after its end are ended again', async () => {
      const run = sampleRun({ runId: 'resumed', outcome: 'partial' });
      await tell(store, [{ kind: 'run', record: run }]);
      const goesOn = { ...run, resumes: 1, outcome: null, completedAt: null };
      await tell(store, [{ kind: 'run', record: goesOn }]);
      expect((await runningRuns(store.db)).map((running) => running.run.runId)).toEqual(['resumed']);
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
      await tell(store, [{ kind: 'run', record: { ...goesOn, outcome: 'succeeded', completedAt: '2026-11-20T15:00:00.000000Z' } }]);
      expect((await runDetail(store.db, 'resumed'))?.run.outcome).toBe('succeeded');
      expect(await runningRuns(store.db)).toEqual([]);
      const verdict = await verifyChain(store.db);
      expect(verdict).toMatchObject({ isIntact: true });
      // All of it told again, as after a loss of the place in the journal.
      for (const record of [{ ...run, outcome: null, completedAt: null }, run, goesOn]) await tell(store, [{ kind: 'run', record }]);
      expect((await runDetail(store.db, 'resumed'))?.run.outcome).toBe('succeeded');
      expect(await verifyChain(store.db)).toEqual(verdict);
    });
  });

  describe(`a session in ${name} whose program died`, () => {
    it('has what it left open ended as interrupted, at the last moment it was heard of, and nothing of others', async () => {
      const store = await newStore();
      const dead = { ...testSession, id: '77-dead' };
      const run = sampleRun({ runId: 'dead-run', outcome: null, completedAt: null });
      const open = openExecution({ executionId: 'dead:1:1', runId: 'dead-run', startedAt: '2026-11-20T14:00:00.000000Z' });
      await tell(store, [{ kind: 'run', record: run }, executionEvent(open)], Date.parse('2026-11-20T14:07:00Z'), dead);
      await tell(store, [executionEvent(openExecution({ executionId: 'alive:1:1', runId: 'alive-run' }))]);

      expect(await endSession(store, dead.id, nowMs)).toEqual({ interrupted: 2 });

      const detail = await runDetail(store.db, 'dead-run');
      expect(detail?.run).toMatchObject({ outcome: 'interrupted', completedAt: '2026-11-20T14:07:00.000000Z' });
      expect(detail?.executions).toMatchObject([
        {
          execution: { status: 'interrupted', completedAt: '2026-11-20T14:07:00.000000Z', executionTime: null, errorCode: 'interrupted' },
          attempts: [{ status: 'interrupted', completedAt: '2026-11-20T14:07:00.000000Z' }],
        },
      ]);
      expect((await executionDetail(store.db, 'alive:1:1'))?.execution.status).toBeNull();
      expect(await endSession(store, dead.id, nowMs)).toEqual({ interrupted: 0 });
      expect(await verifyChain(store.db)).toMatchObject({ isIntact: true });
    });

    it('is taken up where its journal was left', async () => {
      const store = await newStore();
      await tell(store, [executionEvent(sampleExecution())]);
      expect(await registerSession(store, testSession, nowMs)).toEqual({ segment: 1, bytes: 1 });
      expect(await registerSession(store, { ...testSession, id: '2-new' }, nowMs)).toEqual({ segment: 0, bytes: 0 });
    });
  });

  describe(`pages in ${name}`, () => {
    it('hold what the filters say, newest first, and meet without gap or double', async () => {
      const store = await newStore();
      const records = [...scriptedExecutions({ seed: 5, executions: 400, endMs: nowMs, days: 20, users: 4, queries: 6 })];
      // Many at the same moment: the order must still be one.
      const crowded = records.map((record, index) => (index % 3 === 0 ? { ...record, startedAt: records[0]?.startedAt ?? '' } : record));
      await tell(store, crowded.map(executionEvent));
      const user = 'X100001';
      for (const filter of [
        {},
        { userId: user },
        { userId: user, status: 'success' as const },
        { userId: user, databaseType: 'oracle' },
        { databaseName: 'database_2', status: 'timeout' as const },
      ]) {
        const expected = crowded
          .map((record, index) => ({ record, index }))
          .filter(({ record }) => Object.entries(filter).every(([key, value]) => record[key as keyof ExecutionRecord] === value))
          .sort((a, b) =>
            a.record.startedAt === b.record.startedAt ? b.index - a.index : a.record.startedAt < b.record.startedAt ? 1 : -1,
          )
          .map(({ record }) => record.executionId);
        const seen: string[] = [];
        for (let offset = 0; offset < expected.length + 7; offset += 7) {
          const page = await executionPage(store.db, filter, { limit: 7, offset });
          expect(page.total).toBe(expected.length);
          seen.push(...page.executions.map((execution) => execution.executionId));
        }
        expect(seen).toEqual(expected);
      }
    });

    it('of runs are filtered by user, outcome and time', async () => {
      const store = await newStore();
      const runs = ['a', 'b', 'c', 'd'].map((runId, index) =>
        sampleRun({
          runId,
          userId: index < 2 ? 'one' : 'two',
          outcome: index % 2 === 0 ? 'failed' : 'succeeded',
          startedAt: instantFromMs(nowMs + index),
        }),
      );
      await tell(
        store,
        runs.map((record) => ({ kind: 'run', record })),
      );
      const ids = async (filter: Parameters<typeof runPage>[1]): Promise<readonly string[]> =>
        (await runPage(store.db, filter, { limit: 10, offset: 0 })).runs.map((run) => run.runId);
      expect(await ids({})).toEqual(['d', 'c', 'b', 'a']);
      expect(await ids({ userId: 'one', outcome: 'failed' })).toEqual(['a']);
      expect(await ids({ from: instantFromMs(nowMs + 1), to: instantFromMs(nowMs + 3) })).toEqual(['c', 'b']);
    });

    it('are searched by parts of names, the beginning of a run or an error code, and signs of patterns stand for themselves', async () => {
      const store = await newStore();
      const executions = [
        sampleExecution({ executionId: 'e1', runId: 'run-a', queryName: 'Get all E-mails', databaseName: 'client_activity' }),
        sampleExecution({ executionId: 'e2', runId: 'run-b', queryName: '100% of it', databaseName: 'account', errorCode: 'ORA-01017' }),
        openExecution({ executionId: 'e3', runId: 'run-b', queryName: 'still new', databaseName: 'account' }),
      ];
      await tell(store, [
        { kind: 'run', record: sampleRun({ runId: 'run-a', rule: 'Four changes' }) },
        {
          kind: 'run',
          record: sampleRun({ runId: 'run-b', rule: 'tokens_only', conversationId: 'INC-4711', startedAt: instantFromMs(nowMs) }),
        },
        {
          kind: 'run',
          record: sampleRun({ runId: 'other', rule: 'none', conversationId: 'GERÄTE-Übernahme', startedAt: instantFromMs(nowMs - 60_000) }),
        },
        ...executions.map(executionEvent),
      ]);
      const executionsOf = async (search: string): Promise<readonly string[]> =>
        (await executionPage(store.db, { search }, { limit: 10, offset: 0 })).executions.map((each) => each.executionId).sort();
      const runsOf = async (search: string): Promise<readonly string[]> =>
        (await runPage(store.db, { search }, { limit: 10, offset: 0 })).runs.map((run) => run.runId);
      expect(await executionsOf('E-MAIL')).toEqual(['e1']);
      expect(await executionsOf('client_')).toEqual(['e1']);
      expect(await executionsOf('ora-01')).toEqual(['e2']);
      expect(await executionsOf('RUN-B')).toEqual(['e2', 'e3']);
      expect(await executionsOf('new')).toEqual(['e3']);
      expect(await executionsOf('%')).toEqual(['e2']);
      expect(await executionsOf('nothing')).toEqual([]);
      expect(await runsOf('CHANGES')).toEqual(['run-a']);
      expect(await runsOf('inc-47')).toEqual(['run-b']);
      for (const text of ['GERÄTE-Übernahme', 'gerÄte-Übern', 'Ü']) expect([text, await runsOf(text)]).toEqual([text, ['other']]);
      expect(await runsOf('account')).toEqual(['run-b']);
      expect(await runsOf('s_o')).toEqual(['run-b']);
      expect(await runsOf('_')).toEqual(['run-b', 'run-a']);
      expect(await runsOf('run-a')).toEqual(['run-a']);
      expect(await runsOf("' OR 1=1 --")).toEqual([]);
    });
  });

  describeHistoryStatistics(name, newStore);
}
