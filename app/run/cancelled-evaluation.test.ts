import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOfRun, exitCodes } from '../hosts/cli/exit-codes.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { instantFromMs } from '../model/instant.ts';
import { coverageOf } from '../model/run-reducer.ts';
import { reportMetadata } from '../report/metadata.ts';
import { sampleQuery } from '../testing/builders.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { fakeSql } from '../testing/fake-script.ts';
import { buildRunStage, type RunStage, type StageRun } from '../testing/in-process-run.ts';
import { fakeDatabase } from '../testing/worker-builders.ts';
import type { EngineClient } from './ports.ts';
import type { Run } from './runner.ts';

/** A change of every kind by one client after another, a second apart from 2026-01-01 on: in a hunt each is a window that holds. */
const eventsOfSource = 100_000;
const databases = ['password', 'email', 'phone', 'token'].map((changeType): DatabaseConfig => {
  const query = sampleQuery({ name: changeType, changeType, sql: fakeSql({ rows: eventsOfSource, batchRows: 20_000 }) });
  return fakeDatabase({}, { name: `db_${changeType}`, queries: [query] });
});

describe('a run that is cancelled while its rule is evaluated', () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 5));
  let stage: RunStage;
  beforeAll(async () => {
    stage = await buildRunStage(clock);
  });
  afterAll(() => stage.close());

  /** Evaluations that the engine has been asked for. */
  let evaluations = 0;

  /** Starts it and waits until its last evaluation has begun in the engine. */
  async function untilEvaluated(change: StageRun = {}): Promise<Run> {
    const begun = Promise.withResolvers<undefined>();
    const engine: EngineClient = {
      call: (method, ...rest) => {
        const calling = stage.engine.rpc.call(method, ...rest);
        if (method === 'evaluate') evaluations += 1;
        if (method === 'evaluate' && coverageOf(run.state).missing.length === 0) begun.resolve(undefined);
        return calling;
      },
      restart: () => undefined,
    };
    const run = stage.start(databases, { request: { from: instantFromMs(Date.UTC(2026, 0, 1)) }, engine, ...change });
    void run.ended.then(() => {
      begun.reject(new Error('it has ended before'));
    });
    await begun.promise;
    return run;
  }

  it('is interrupted in the engine after a moment, ends as cancelled and says that nothing is known', async () => {
    const run = await untilEvaluated();
    run.cancel('analyst');
    await clock.advance(2_000);
    expect(await run.ended).toBe('cancelled');
    const { state } = run;
    expect(state).toMatchObject({ outcome: 'cancelled', failure: { code: 'run.not-evaluated' } });
    expect(coverageOf(state).missing).toEqual([]);
    expect(exitCodeOfRun(state, false)).toBe(exitCodes.cancelled);
    const { headline } = reportMetadata(state, { version: '0', createdAt: state.startedAt });
    expect(headline).toContain('cancelled before the rule was evaluated to its end');
    expect(headline).not.toMatch(/every source answered|no client|nobody/i);
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves the engine free: what it has read is shown, and the same can be evaluated after all', async () => {
    const run = await untilEvaluated();
    run.cancel('analyst');
    await clock.advance(2_000);
    await run.ended;
    const { runId } = run.plan;
    const request = { table: { kind: 'source', source: 'db_email/email' } as const, offset: 0, limit: 1, filters: [] };
    expect((await stage.engine.rpc.call('page', { runId, request })).total).toBe(eventsOfSource);
    expect(await stage.engine.rpc.call('evaluate', { runId, missing: [] })).toMatchObject({ confirmed: eventsOfSource });
  });

  it('is evaluated again without asking a source, can be cancelled again meanwhile, and once more to its end', async () => {
    const run = await untilEvaluated();
    run.cancel('analyst');
    await clock.advance(2_000);
    await run.ended;
    const asked = stage.driver.activity.opened;
    const before = evaluations;
    expect(run.evaluate()).toBe(true);
    expect([run.state.status, run.state.outcome, run.state.failure]).toEqual(['running', undefined, undefined]);
    expect(run.evaluate()).toBe(false);
    while (evaluations === before) await sleep(1);
    run.cancel('analyst');
    await clock.advance(2_000);
    expect(await run.ended).toBe('cancelled');
    expect(run.state.failure).toMatchObject({ code: 'run.not-evaluated' });

    expect(run.evaluate()).toBe(true);
    expect(await run.ended).toBe('succeeded');
    expect(run.state.failure).toBeUndefined();
    expect(run.state.merge).toMatchObject({ confirmed: eventsOfSource });
    expect(run.evaluate()).toBe(false);
    expect(stage.driver.activity.opened).toBe(asked);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps its result where the evaluation is done within that moment', async () => {
    const run = await untilEvaluated();
    run.cancel('analyst');
    expect(await run.ended).toBe('succeeded');
    expect(run.state.failure).toBeUndefined();
    expect(run.state.merge).toMatchObject({ confirmed: eventsOfSource });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is interrupted at its deadline too, and has failed then; the engine is not ended for it', async () => {
    const deadlineMs = 60_000;
    const run = await untilEvaluated({ settings: { runDeadlineMs: deadlineMs } });
    await clock.advance(deadlineMs);
    await clock.advance(1_000);
    expect(await run.ended).toBe('failed');
    expect(run.state.failure).toMatchObject({ code: 'run.not-evaluated', message: expect.stringContaining('60 s') as string });
    await sleep(0);
    expect(clock.pendingTimers).toBe(0);
  });
});
