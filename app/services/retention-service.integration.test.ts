import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { createLogger, silentLogger } from '../base/logger.ts';
import { openHistory } from '../history/history.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { executionEvent, sampleExecution } from '../testing/history-events.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';
import { RetentionService } from './retention-service.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const longAgo = '2020-01-01T00:00:00.000000Z';

describe('old records', () => {
  let test: TestApp;
  let clock: FakeClock;
  let retention: RetentionService;
  /** How many were deleted each time the policy was applied. */
  let applied: number[];
  let recorded = 0;

  beforeEach(async () => {
    const query = { name: 'emails', changeType: 'email', sql: "SELECT '1' AS user_id, TIMESTAMP '2026-11-20 13:00:00' AS change_date" };
    test = await startTestApp([{ name: 'small', driver: 'duckdb', queries: [query] }], {
      history: { retention: { execution_days: { success: 30 }, run_days: 30 } },
    });
    clock = new FakeClock(Date.UTC(2026, 10, 20));
    applied = [];
    const logger = createLogger(
      ({ fields }) => void applied.push((fields.executions as { readonly success: number }).success),
      () => clock.nowMs(),
    );
    const { config, history, results } = test.app;
    retention = new RetentionService({ clock, logger, config, history, results });
    retention.start();
  });
  afterEach(async () => {
    await retention.close();
    expect(clock.pendingTimers).toBe(0);
    await test.close();
  });

  /** Another program records an execution that is old already. */
  async function recordOld(): Promise<void> {
    const directory = join(test.folder, 'data', 'history');
    const other = await openHistory({
      location: { kind: 'sqlite', file: join(directory, 'history.sqlite') },
      directory: join(directory, 'journal'),
      migrationsDirectory: fileURLToPath(new URL('../../sql/history', import.meta.url)),
      host: 'another-machine',
      clock: systemClock,
      logger: silentLogger,
    });
    recorded += 1;
    void other.record(
      executionEvent(sampleExecution({ executionId: `old:${String(recorded)}:1`, startedAt: longAgo, completedAt: longAgo })),
    );
    await other.recorded();
    await other.close();
  }
  /** Time goes on; a look that is due is waited for, for it is the store that answers. */
  async function pass(ms: number, times: number): Promise<void> {
    for (const end = clock.monotonicMs() + ms; clock.monotonicMs() < end;) {
      await clock.advance(Math.min(15 * minuteMs, end - clock.monotonicMs()));
      await expect.poll(() => clock.pendingTimers, { timeout: 30_000 }).toBe(1);
    }
    expect(applied).toHaveLength(times);
  }

  it('go ten minutes after the start, and then once a day', async () => {
    await recordOld();
    await pass(9 * minuteMs, 0);
    await pass(minuteMs, 1);
    await recordOld();
    await pass(23 * hourMs, 1);
    await pass(hourMs, 2);
    await pass(24 * hourMs, 3);
    expect(applied).toEqual([1, 1, 0]);
  });

  it('go soon after the machine wakes where it slept over the time, and once for all the days it slept', async () => {
    await pass(10 * minuteMs, 1);
    await recordOld();
    await pass(hourMs, 1);
    clock.shiftWall(5 * 24 * hourMs);
    await pass(15 * minuteMs, 2);
    await pass(23 * hourMs, 2);
    await pass(hourMs, 3);
    expect(applied).toEqual([0, 1, 0]);
  });

  it('wait no longer than a day where the clock was set back', async () => {
    await pass(10 * minuteMs, 1);
    clock.shiftWall(-30 * 24 * hourMs);
    await pass(24 * hourMs + 15 * minuteMs, 2);
  });
});
