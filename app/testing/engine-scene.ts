/** One engine for all tests of a file, and the four sources that most of them ask. */
import { afterAll, beforeAll } from 'vitest';
import type { RunPlan } from '../model/plan.ts';
import { samplePlan } from './builders.ts';
import { type EngineHarness, type HarnessRun, startEngineHarness } from './engine-harness.ts';

/** Sources of the sample plan with four databases, by the change that they tell about. Its window is 2026-11-19 14:00 to 2026-11-20 14:00 UTC. */
export const [password, email, phone, token] = samplePlan(4).sources.map(({ id }) => id) as [string, string, string, string];

/** All four. */
export const changeSources = [password, email, phone, token] as const;

/** An engine that lives as long as the tests of a file. */
export interface EngineScene extends Pick<EngineHarness, 'rpc' | 'directory'> {
  /** Opens a run over the sample plan with so many databases (default four), changed as told; each has an id of its own. */
  openRun(change?: Partial<RunPlan>, count?: number): Promise<HarnessRun>;
}

/** Call it once, outside of all tests: the engine is started before the first and ended after the last. */
export function engineForTests(): EngineScene {
  let engine: EngineHarness | undefined;
  let runs = 0;
  const started = (): EngineHarness => {
    if (engine === undefined) throw new Error('the engine is there while tests run');
    return engine;
  };
  beforeAll(async () => {
    engine = await startEngineHarness();
  });
  afterAll(async () => {
    await engine?.close();
  });
  return {
    get rpc() {
      return started().rpc;
    },
    get directory() {
      return started().directory;
    },
    openRun: (change = {}, count = 4) => started().open(samplePlan(count, { runId: `run-${String(++runs)}`, ...change })),
  };
}
