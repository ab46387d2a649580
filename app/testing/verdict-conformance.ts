/** What every store must do with kept verdicts: one suite for all of them. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { linkedChannels } from '../channel/linked-channels.ts';
import { createRpcClient, type RpcClient } from '../channel/rpc.ts';
import type { HistoryMethods } from '../history/history-methods.ts';
import { serveReader } from '../history/reader.ts';
import { failure } from '../model/failure.ts';
import type { KeptVerdicts, VerdictComparison } from '../model/verdict-history.ts';
import { migrationsDirectory, type StoreMaker } from './history-store.ts';

/** Runs the suite on stores of this maker. */
export function describeVerdicts(name: string, stores: StoreMaker): void {
  describe(`verdicts on ${name}`, () => {
    let rpc: RpcClient<HistoryMethods>;
    const closing: (() => void)[] = [];

    beforeEach(async () => {
      const [near, far] = linkedChannels();
      const location = await stores.newLocation();
      serveReader(far, { location, migrationsDirectory, nowMs: () => 0, onIdleError: () => undefined });
      rpc = createRpcClient<HistoryMethods>(near, () => failure('history.unavailable'));
      closing.push(() => {
        near.close();
      });
    });
    afterAll(async () => {
      for (const close of closing) close();
      await stores.dispose();
    });

    const keep = async (
      runId: string,
      confirmed: readonly string[],
      change: Partial<KeptVerdicts> = {},
      undetermined: readonly string[] = [],
    ): Promise<void> => {
      await rpc.call('dropVerdicts', { runId });
      await rpc.call('keepVerdicts', { runId, verdict: 'confirmed', clients: confirmed });
      await rpc.call('keepVerdicts', { runId, verdict: 'undetermined', clients: undetermined });
      const startedAt = `2026-11-20T1${runId.slice(-1)}:00:00.000000Z`;
      const run = {
        runId,
        comparisonKey: 'key',
        user: 'X1',
        startedAt,
        endedAt: startedAt,
        lastEvent: startedAt,
        missing: 0,
        isCut: false,
      };
      await rpc.call('keepVerdictRun', { ...run, ...change });
    };
    const changes = (runId: string, limit = 10): Promise<VerdictComparison> => rpc.call('verdictChanges', { runId, limit });

    it('tell new, gone and still listed clients against the last run with the same key, whoever started it', async () => {
      await keep('run-1', ['old'], {});
      await keep('run-2', ['a', 'b', 'c', 'ä'], { user: 'X2' });
      await keep('run-3', ['x'], { comparisonKey: 'another' });
      await keep('run-4', ['b', 'c', 'd', '']);
      expect(await changes('run-4')).toMatchObject({
        kind: 'compared',
        changes: {
          previous: { runId: 'run-2', user: 'X2' },
          counts: { new: 2, gone: 2, still: 2, unknown: 0 },
          clients: { new: ['', 'd'], gone: ['a', 'ä'], still: ['b', 'c'], unknown: [] },
        },
      });
      expect(await changes('run-1')).toEqual({ kind: 'first' });
      expect(await changes('never')).toEqual({ kind: 'not-kept' });
      expect(await changes('run-4', 1)).toMatchObject({ changes: { counts: { new: 2 }, clients: { new: [''] } } });
    });

    it('never call a client gone while sources are missing', async () => {
      await keep('run-1', ['a', 'b']);
      await keep('run-2', ['b'], { missing: 1 }, ['a']);
      expect(await changes('run-2')).toMatchObject({
        changes: { counts: { new: 0, gone: 0, still: 1, unknown: 1 }, clients: { gone: [], unknown: ['a'] } },
      });
    });

    it('count an undetermined client as not confirmed in either run', async () => {
      await keep('run-1', ['a'], { missing: 1 }, ['b']);
      await keep('run-2', ['a', 'b']);
      expect(await changes('run-2')).toMatchObject({ changes: { counts: { new: 1, still: 1 }, previous: { missing: 1 } } });
    });

    it('compare nothing with a run of which only a part is kept', async () => {
      await keep('run-1', ['a'], { isCut: true });
      await keep('run-2', ['b']);
      expect(await changes('run-2')).toMatchObject({ kind: 'too-many', previous: { runId: 'run-1' } });
    });

    it('of a run that was never kept to its end do not count', async () => {
      await keep('run-1', ['a']);
      await rpc.call('keepVerdicts', { runId: 'run-2', verdict: 'confirmed', clients: ['half'] });
      await keep('run-3', ['a']);
      expect(await changes('run-2')).toEqual({ kind: 'not-kept' });
      expect(await changes('run-3')).toMatchObject({ changes: { previous: { runId: 'run-1' }, counts: { still: 1 } } });
    });

    it('are kept anew when the run is completed, many at a time', async () => {
      const many = Array.from({ length: 2500 }, (_, place) => `client ${String(place).padStart(4, '0')}`);
      await keep('run-1', ['a'], { missing: 1 }, many);
      await keep('run-1', many);
      expect(await rpc.call('clientVerdicts', { client: 'client 2499', limit: 5 })).toMatchObject([
        { verdict: 'confirmed', run: { runId: 'run-1', missing: 0 } },
      ]);
      expect(await rpc.call('clientVerdicts', { client: 'a', limit: 5 })).toEqual([]);
    });

    it('of one client are told newest first, with what was missing then', async () => {
      await keep('run-1', ['a']);
      await keep('run-2', [], { missing: 2 }, ['a']);
      await keep('run-3', ['b']);
      const told = await rpc.call('clientVerdicts', { client: 'a', limit: 10 });
      expect(told.map(({ verdict, run }) => [run.runId, verdict, run.missing])).toEqual([
        ['run-2', 'undetermined', 2],
        ['run-1', 'confirmed', 0],
      ]);
    });
  });
}
