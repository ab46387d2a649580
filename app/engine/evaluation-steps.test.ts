import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationProgress } from '../model/evaluation-progress.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Duck } from './duck.ts';
import { EvaluationSteps } from './evaluation-steps.ts';
import { sql } from './sql.ts';

describe('the steps of an evaluation', () => {
  it('tell nothing before the first one, and nothing twice', () => {
    const steps = new EvaluationSteps(['events', 'report']);
    expect(steps.at(50)).toBeUndefined();
    steps.begin('events');
    expect(steps.at(-1)).toEqual({ step: 1, of: 2, what: 'events' });
    expect(steps.at(-1)).toBeUndefined();
  });

  it('count parts, of which each goes on where the one before ended although its statements begin at 0', () => {
    const steps = new EvaluationSteps(['events', 'report']);
    steps.begin('events', 2);
    expect([steps.at(40)?.percent, steps.at(10), steps.at(60)?.percent]).toEqual([20, undefined, 30]);
    steps.partDone();
    expect([steps.at(0)?.percent, steps.at(100)?.percent]).toEqual([50, 99]);
    steps.partDone();
    steps.partDone();
    expect(steps.at(100)).toBeUndefined();
    steps.begin('report');
    expect(steps.at(7)).toEqual({ step: 2, of: 2, what: 'report', percent: 7 });
  });

  it('go on only: what an inner rule does again is part of the later step', () => {
    const steps = new EvaluationSteps(['events', 'groups', 'report']);
    steps.begin('groups', 2);
    steps.begin('events', 5);
    steps.begin('windows', 5);
    expect(steps.at(50)).toEqual({ step: 2, of: 3, what: 'groups', percent: 25 });
  });

  it('are told of while work lasts, with how far its statement is, until it ends', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cam-steps-'));
    const clock = new FakeClock();
    const duck = await Duck.open({ directory, memoryLimitMb: 256, threads: 1, clock });
    try {
      const told: EvaluationProgress[] = [];
      const done = new AbortController();
      const followed = {
        steps: new EvaluationSteps(['groups', 'windows']),
        onProgress: (progress: EvaluationProgress) => told.push(progress),
      };
      const working = duck.session(
        new AbortController().signal,
        async (session) => {
          session.steps?.begin('groups');
          await clock.advance(500);
          session.steps?.begin('windows');
          await session.run(sql`CREATE TABLE t AS SELECT i % 1000 AS g, i AS x FROM range(1000000) AS r(i)`);
          await session.run(
            sql`CREATE TABLE w AS SELECT g, count(*) OVER (PARTITION BY g ORDER BY x RANGE BETWEEN 9000 PRECEDING AND CURRENT ROW) FROM t`,
          );
        },
        followed,
      );
      const ending = working.finally(() => done.abort());
      while (!done.signal.aborted) await clock.advance(500);
      await ending;
      expect(told[0]).toEqual({ step: 1, of: 2, what: 'groups' });
      const percents = told.slice(1).map(({ what, percent = 0 }) => ({ what, percent }));
      expect(percents.every(({ what, percent }) => what === 'windows' && percent <= 99)).toBe(true);
      expect(percents.map(({ percent }) => percent)).toEqual(percents.map(({ percent }) => percent).toSorted((a, b) => a - b));
      expect(percents.at(-1)?.percent).toBeGreaterThan(0);
      expect(clock.pendingTimers).toBe(0);
    } finally {
      await duck.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
