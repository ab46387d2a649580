import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import { sampleDatabasePolicy } from '../testing/builders.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createFakeDriver, type FakeDriver } from '../testing/fake-driver.ts';
import type { FakeScriptInput } from '../testing/fake-script.ts';
import { inProcessSpawner } from '../testing/source-scene.ts';
import { fakeDatabase } from '../testing/worker-builders.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import { createDatabaseWorker } from '../worker/supervisor.ts';
import { EndpointHealthService } from './endpoint-health.ts';
import { EndpointPings } from './endpoint-pings.ts';

const pauseMs = 60_000;
const never = new AbortController().signal;

describe('pings of idle databases', () => {
  let folder: string;
  let clock: FakeClock;
  let driver: FakeDriver;
  let health: EndpointHealthService;
  let pings: EndpointPings;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cam-pings-'));
  });
  afterEach(async () => {
    const closed = pings.close();
    await clock.advance(10_000);
    await closed;
    await health.close();
    expect([clock.pendingTimers, driver.activity.open]).toEqual([0, 0]);
    await rm(folder, { recursive: true, force: true });
  });

  /** The pings of one database, of which the first `pauseMs` have just passed; `null`: it wants none. */
  const start = async (script: FakeScriptInput = {}, every: number | null = pauseMs): Promise<DatabaseConfig> => {
    clock = new FakeClock(Date.UTC(2026, 10, 20));
    driver = createFakeDriver({ clock });
    const policy = { ...sampleDatabasePolicy, ...(every === null ? {} : { healthCheckMs: every }) };
    const database = fakeDatabase(script, { policy, standbys: [{ kind: 'fake', script: '{"replicationLagMs": 5}' }] });
    health = await EndpointHealthService.open({
      clock,
      logger: silentLogger,
      file: join(folder, 'health.json'),
      closingsFile: join(folder, 'closed-breakers.jsonl'),
      databases: () => [database],
    });
    const { spawn } = inProcessSpawner({
      drivers: () => Promise.resolve(driver),
      spools: createParquetSpools(),
      clock,
      logger: silentLogger,
    });
    pings = new EndpointPings({
      ...{ clock, health, logger: silentLogger },
      createWorker: (config) =>
        createDatabaseWorker({
          ...{
            spawn,
            clock,
            database: config,
            oracleClient: { traceLevel: 0 },
            clientIdentifier: 'X',
            logger: silentLogger,
            cancelGraceMs: 2_000,
          },
        }),
    });
    pings.follow([database]);
    return database;
  };
  /** Lets pings begin and end; files and processes take the machine's time. */
  const pass = async (ms: number): Promise<void> => {
    await clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await clock.advance(0);
  };

  it('ask every endpoint once a pause, in a session that is ended again, and tell what they see', async () => {
    await start();
    await pass(pauseMs - 1);
    expect(driver.activity.opened).toBe(0);
    await pass(1);
    expect(driver.activity).toMatchObject({ opened: 2, open: 0 });
    expect(health.list()).toMatchObject([
      { isStandby: false, lastSuccessAt: '2026-11-20T00:01:00.000000Z', latencyMs: 0 },
      { isStandby: true, lastSuccessAt: '2026-11-20T00:01:00.000000Z' },
    ]);
    await pass(pauseMs);
    expect(driver.activity.opened).toBe(4);
  });

  it('are not made where the configuration does not want them, nor after it has changed so', async () => {
    const database = await start({}, null);
    await pass(10 * pauseMs);
    expect(driver.activity.opened).toBe(0);
    pings.follow([{ ...database, policy: { ...database.policy, healthCheckMs: 1_000 } }]);
    await pass(1_000);
    expect(driver.activity.opened).toBe(2);
    pings.follow([database]);
    await pass(10 * pauseMs);
    expect(driver.activity.opened).toBe(2);
  });

  it('leave an endpoint out that somebody has asked within the pause', async () => {
    const database = await start();
    await pass(pauseMs - 10);
    await health
      .gateOf(database)
      .caller(database.endpoint)
      .pass(() => Promise.resolve(), never);
    await pass(10);
    expect(driver.activity.opened).toBe(1);
  });

  it('are not made again after a refused logon, for that would lock the account, until a logon has succeeded', async () => {
    const database = await start({ connect: { then: 'fail', code: 'db.auth' } });
    await pass(10 * pauseMs);
    // One, at the primary; the standby is not even tried.
    expect(driver.activity.opened).toBe(1);
    expect(health.list()[0]).toMatchObject({ lastFailure: { code: 'db.auth' } });
    await health
      .gateOf(database)
      .caller(database.endpoint)
      .pass(() => Promise.resolve(), never);
    await pass(2 * pauseMs);
    expect(driver.activity.opened).toBe(2);
  });

  it('are not made again after a refused logon either where something else has failed since', async () => {
    const database = await start({ connect: { then: 'fail', code: 'db.auth' } });
    await pass(pauseMs);
    const caller = health.gateOf(database).caller(database.endpoint);
    await caller.pass(() => Promise.reject(new CamError(failure('db.unreachable'))), never).catch(() => undefined);
    await pass(10 * pauseMs);
    expect(driver.activity.opened).toBe(1);
  });

  it('leave alone what is left alone, and find out that it is back', async () => {
    const database = await start({}, 10_000);
    const caller = health.gateOf(database).caller(database.endpoint);
    for (let number = 1; number <= 4; number += 1)
      await caller.pass(() => Promise.reject(new CamError(failure('db.unreachable'))), never).catch(() => undefined);
    await pass(10_000);
    await pass(10_000);
    expect(health.list()[0]).toMatchObject({ breaker: 'open' });
    await pass(10_000);
    expect(health.list()[0]).toMatchObject({ breaker: 'closed', failures: 0 });
  });
});
