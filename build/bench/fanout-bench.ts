/**
 * Runs over many databases. Runner, supervisors, workers, spools and engine are the program's own; the workers are in this process behind
 * linked channels, and their databases are scripts, because two cores cannot hold 200 processes. So the figures are about the program's
 * own work and not about starting processes.
 */
import { systemClock } from '../../app/base/clock.ts';
import type { DatabaseConfig } from '../../app/model/database.ts';
import { coverageOf } from '../../app/model/run-reducer.ts';
import type { Run } from '../../app/run/runner.ts';
import { sampleQuery, sampleQueryPolicy } from '../../app/testing/builders.ts';
import { type FakeScriptInput, fakeSql } from '../../app/testing/fake-script.ts';
import { buildRunStage, type RunStage } from '../../app/testing/in-process-run.ts';
import { fakeDatabase } from '../../app/testing/worker-builders.ts';
import { type BenchRow, median } from './bench-row.ts';

const types = ['password', 'email', 'phone', 'token'] as const;
const once = { ...sampleQueryPolicy, retry: { retries: 0, delaysMs: [1_000], jitter: 0 } };
const slowMs = 5_000;
const eachMs = 1_000;

/** Many databases with faults, parallel against one after another, one partition against eight. */
export async function benchFanout(): Promise<BenchRow[]> {
  const stage = await buildRunStage(systemClock);
  try {
    // Modules, the engine and the first spool are there afterwards.
    await timeOf(stage, equal(2), 2);
    return [await manyDatabases(stage), await speedUp(stage), await partitions(stage)];
  } finally {
    await stage.close();
  }
}

function database(number: number, script: FakeScriptInput): DatabaseConfig {
  const changeType = types[number % types.length] ?? 'email';
  return fakeDatabase(script, {
    name: `db_${String(number).padStart(3, '0')}`,
    queries: [sampleQuery({ name: changeType, changeType, sql: fakeSql({ rows: 100 }), policy: once })],
  });
}

function taking(ms: number): FakeScriptInput {
  return { statement: { execute: { delayMs: ms } } };
}

const equal = (count: number): DatabaseConfig[] => Array.from({ length: count }, (_, number) => database(number, taking(eachMs)));

async function manyDatabases(stage: RunStage): Promise<BenchRow> {
  const scriptOf = (number: number): FakeScriptInput => {
    if (number % 20 === 3) return { statement: { execute: { then: 'fail', code: 'db.error' } } };
    if (number % 20 === 7) return taking(slowMs);
    return number % 50 === 11 ? { statement: { execute: { then: 'hang', ignoreAbort: true } } } : taking(200);
  };
  const databases = Array.from({ length: 200 }, (_, number) => database(number, scriptOf(number)));
  const beginMs = systemClock.monotonicMs();
  const run = stage.start(databases, { settings: { maxFanout: 200, runDeadlineMs: slowMs + 3_000 } });
  let lastMs = 0;
  run.log.on(({ event }) => {
    if (event.kind === 'source-ended' && event.outcome.kind === 'completed') lastMs = systemClock.monotonicMs() - beginMs;
  });
  await run.ended;
  const endedMs = systemClock.monotonicMs() - beginMs;
  const { answered, expected } = coverageOf(run.state);
  const value = (lastMs / slowMs - 1) * 100;
  await forget(stage, run);
  return {
    name: '200 databases, 5 % failing, 5 % slow, 2 % hanging: last answer over that of the slowest healthy one',
    ...{ value, unit: '%', bar: '≤ 20', holds: value <= 20 && endedMs <= slowMs + 8_000 && answered === 186 },
    note: `${String(answered)} of ${String(expected)} answered; ended ${((endedMs - slowMs - 3_000) / 1000).toFixed(1)} s after the deadline; workers in this process`,
  };
}

async function speedUp(stage: RunStage): Promise<BenchRow> {
  const sequential = await timeOf(stage, equal(4), 1);
  const parallel = await timeOf(stage, equal(4), 4);
  const value = sequential / parallel;
  const note = `${(sequential / 1000).toFixed(2)} s and ${(parallel / 1000).toFixed(2)} s, ${String(eachMs)} ms each`;
  return { name: '4 equal databases: in parallel against one after another', value, unit: '×', bar: '≥ 3', holds: value >= 3, note };
}

async function partitions(stage: RunStage): Promise<BenchRow> {
  const one = await timeOf(stage, equal(1), 16);
  const eight = await timeOf(stage, equal(8), 16);
  const value = eight / one;
  const note = `${(eight / 1000).toFixed(2)} s and ${(one / 1000).toFixed(2)} s, ${String(eachMs)} ms each`;
  return { name: 'a query over 8 partitions against the same on one', value, unit: '×', bar: '≤ 2', holds: value <= 2, note };
}

async function timeOf(stage: RunStage, databases: readonly DatabaseConfig[], maxFanout: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const beginMs = systemClock.monotonicMs();
    const run = stage.start(databases, { settings: { maxFanout } });
    await run.ended;
    times.push(systemClock.monotonicMs() - beginMs);
    await forget(stage, run);
  }
  return median(times);
}

async function forget(stage: RunStage, run: Run): Promise<void> {
  run.log.dispose();
  await stage.engine.rpc.call('close', { runId: run.plan.runId });
}
