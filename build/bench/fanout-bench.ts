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
import { buildRunStage, type RunStage, type StageRun } from '../../app/testing/in-process-run.ts';
import { fakeDatabase } from '../../app/testing/worker-builders.ts';
import { type BenchRow, median } from './bench-row.ts';

const types = ['password', 'email', 'phone', 'token'] as const;
const once = { ...sampleQueryPolicy, retry: { retries: 0, delaysMs: [1_000], jitter: 0 } };
/** Database processes at a time, as it is unless the settings say otherwise. */
const maxFanout = 16;
const slowMs = 5_000;
const quickMs = 200;
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

/** What each of the many databases does: fails, takes long, hangs until the deadline, or answers soon. */
function doing(number: number): { readonly script: FakeScriptInput; readonly takesMs: number; readonly answers: boolean } {
  if (number % 20 === 3) return { script: { statement: { execute: { then: 'fail', code: 'db.error' } } }, takesMs: 0, answers: false };
  if (number % 20 === 7) return { script: taking(slowMs), takesMs: slowMs, answers: true };
  if (number % 50 === 11)
    return { script: { statement: { execute: { then: 'hang', ignoreAbort: true } } }, takesMs: Infinity, answers: false };
  return { script: taking(quickMs), takesMs: quickMs, answers: true };
}

/** When the last answer comes where nothing but the databases takes time, and each place is taken at once by the next in order. */
function idealMs(count: number, places: number): number {
  const freeAtMs = new Array<number>(places).fill(0);
  let lastMs = 0;
  for (let number = 0; number < count; number++) {
    const { takesMs, answers } = doing(number);
    const place = freeAtMs.indexOf(Math.min(...freeAtMs));
    const endMs = (freeAtMs[place] ?? 0) + takesMs;
    freeAtMs[place] = endMs;
    if (answers) lastMs = Math.max(lastMs, endMs);
  }
  return lastMs;
}

async function manyDatabases(stage: RunStage): Promise<BenchRow> {
  const databases = Array.from({ length: 200 }, (_, number) => database(number, doing(number).script));
  const ideal = idealMs(databases.length, maxFanout);
  const deadlineMs = ideal * 1.2 + 1_000;
  const beginMs = systemClock.monotonicMs();
  const run = stage.start(databases, { settings: { maxFanout, runDeadlineMs: deadlineMs } });
  let lastMs = 0;
  run.log.on(({ event }) => {
    if (event.kind === 'source-ended' && event.outcome.kind === 'completed') lastMs = systemClock.monotonicMs() - beginMs;
  });
  await run.ended;
  const endedMs = systemClock.monotonicMs() - beginMs;
  const { answered, expected } = coverageOf(run.state);
  const value = (lastMs / ideal - 1) * 100;
  await forget(stage, run);
  const isWhole = answered === 186 && endedMs <= deadlineMs + 5_000 && stage.workers.most <= maxFanout;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return {
    name: `200 databases, ${String(maxFanout)} at a time, 5 % failing, 5 % slow, 2 % hanging: last answer over that of an ideal schedule`,
    ...{ value, unit: '%', bar: '≤ 20', holds: value <= 20 && isWhole },
    note: `${String(answered)} of ${String(expected)} answered, the last after ${seconds(lastMs)} instead of ${seconds(ideal)}; at most ${String(stage.workers.most)} workers, in this process; ended ${seconds(endedMs - deadlineMs)} after the deadline`,
  };
}

async function speedUp(stage: RunStage): Promise<BenchRow> {
  const sequential = await timeOf(stage, equal(4), 1);
  const parallel = await timeOf(stage, equal(4), 4);
  const value = sequential / parallel;
  const note = `${(sequential / 1000).toFixed(2)} s and ${(parallel / 1000).toFixed(2)} s, ${String(eachMs)} ms each`;
  return { name: '4 equal databases: in parallel against one after another', value, unit: '×', bar: '≥ 3', holds: value >= 3, note };
}

/** One query of a group, asked of one partition and of all: the members are the same. */
async function partitions(stage: RunStage): Promise<BenchRow> {
  const count = 8;
  const regions = Array.from({ length: count }, (_, number) => `region ${String(number)}`);
  const databases = equal(count).map((each, number) => ({
    ...each,
    queries: [sampleQuery({ name: 'email', changeType: 'email', group: 'clients', sql: fakeSql({ rows: 100 }), policy: once })],
    partitions: { region: [regions[number] ?? ''] },
  }));
  const groups = [{ name: 'clients', members: databases.map(({ name }) => name), partitionBy: 'region', queries: ['email'] }];
  const timeFor = (region: readonly string[]): Promise<number> =>
    timeOf(stage, databases, maxFanout, { groups, request: { partitions: { region } } }, (run) => {
      const strategies = run.plan.sources.map(({ strategy }) => strategy);
      if (strategies.length !== region.length || strategies.some((strategy) => strategy !== 'multi'))
        throw new Error(`${String(region.length)} partitions were planned as ${strategies.join(', ')}`);
    });
  const one = await timeFor(regions.slice(0, 1));
  const eight = await timeFor(regions);
  const value = eight / one;
  const note = `${(eight / 1000).toFixed(2)} s and ${(one / 1000).toFixed(2)} s, ${String(eachMs)} ms each`;
  return { name: 'a query over 8 partitions against the same on one', value, unit: '×', bar: '≤ 2', holds: value <= 2, note };
}

async function timeOf(
  stage: RunStage,
  databases: readonly DatabaseConfig[],
  places: number,
  change: StageRun = {},
  judge: (run: Run) => void = () => undefined,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const beginMs = systemClock.monotonicMs();
    const run = stage.start(databases, { ...change, settings: { maxFanout: places } });
    judge(run);
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
