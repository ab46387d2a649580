import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AbortedError } from '../base/abort.ts';
import type { Logger } from '../base/logger.ts';
import { silentLogger } from '../base/logger.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import type { EndpointStatus } from '../model/health.ts';
import { sampleDatabase } from '../testing/builders.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { EndpointHealthService } from './endpoint-health.ts';

const startMs = Date.UTC(2026, 10, 20, 14);
const never = new AbortController().signal;
const primary: Endpoint = { kind: 'duckdb', path: '/data/one.duckdb' };
const standby: Endpoint = { kind: 'duckdb', path: '/data/two.duckdb' };
const database: DatabaseConfig = sampleDatabase({ name: 'mail', endpoint: primary, standbys: [standby] });

describe('the health of endpoints', () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  const opened: EndpointHealthService[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cam-health-'));
    file = join(folder, 'data', 'endpoint-health.json');
    clock = new FakeClock(startMs);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((health) => health.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (logger: Logger = silentLogger): Promise<EndpointHealthService> => {
    const health = await EndpointHealthService.open({
      clock,
      logger,
      file,
      closingsFile: join(folder, 'data', 'closed-breakers.jsonl'),
      databases: () => [database],
    });
    opened.push(health);
    return health;
  };
  const ask = (health: EndpointHealthService, endpoint: Endpoint, error?: Error): Promise<unknown> =>
    health
      .gateOf(database)
      .caller(endpoint)
      .pass((answered) => {
        if (error !== undefined) return Promise.reject(error);
        answered(12.34);
        return Promise.resolve();
      }, never)
      .catch((thrown: unknown) => (thrown instanceof CamError ? thrown.failure.code : 'aborted'));
  const lost = new CamError(failure('db.unreachable', { vendorCode: 'NJS-503', detail: 'a long text' }));
  const fail = async (health: EndpointHealthService, times: number): Promise<void> => {
    for (let number = 1; number <= times; number += 1) await ask(health, primary, lost);
  };

  it('is closed by hand in every program over the folder, whichever it is done in, and stays closed for whoever starts later', async () => {
    const [running, other] = [await open(), await open()];
    await fail(running, 4);
    expect(running.list()[0]).toMatchObject({ breaker: 'open' });
    // The other program has been there before: it knows nothing of the failures.
    expect(other.list()[0]).toMatchObject({ breaker: 'closed' });
    await clock.advance(1_000);
    const changes: string[] = [];
    running.changed.on(({ breaker }) => changes.push(breaker));
    other.closeBreaker('mail', primary.path);
    while (running.list()[0]?.breaker !== 'closed') await delay(10);
    expect(changes).toContain('closed');
    expect(await ask(running, primary)).toBeUndefined();
    await other.close();
    expect((await open()).list()[0]).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  it('opens again after it was closed by hand, and an earlier closing does not undo that', async () => {
    const running = await open();
    await fail(running, 4);
    await clock.advance(1_000);
    running.closeBreaker('mail', primary.path);
    await clock.advance(1_000);
    await fail(running, 4);
    await running.close();
    const later = await open();
    expect(later.list()[0]).toMatchObject({ breaker: 'open', failures: 4 });
    // Another endpoint is closed: all lines are read again.
    later.closeBreaker('mail', standby.path);
    await later.close();
    expect((await open()).list()).toMatchObject([{ breaker: 'open' }, { breaker: 'closed' }]);
  });

  it('is closed for a program that starts after the closing, though what another one has kept says that it is open', async () => {
    const running = await open();
    await fail(running, 4);
    await running.close();
    const kept = await readFile(file, 'utf8');
    await clock.advance(1_000);
    const other = await open();
    other.closeBreaker('mail', primary.path);
    await other.close();
    await writeFile(file, kept);
    expect((await open()).list()[0]).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  it('leaves out a line of the closings that cannot be understood, and the log says so', async () => {
    const running = await open();
    await fail(running, 4);
    await running.close();
    await writeFile(join(folder, 'data', 'closed-breakers.jsonl'), '{"database":"mail"}\nno line\n');
    const warnings: string[] = [];
    const again = await open({ ...silentLogger, warn: (message) => warnings.push(message) });
    expect(again.list()[0]).toMatchObject({ breaker: 'open' });
    expect(warnings.filter((message) => message.includes('closed by hand'))).toHaveLength(2);
  });

  it('names every endpoint, with what was seen of it last', async () => {
    const health = await open();
    expect(health.list()).toEqual([
      { database: 'mail', endpoint: primary.path, breaker: 'closed', isStandby: false, failures: 0 },
      { database: 'mail', endpoint: standby.path, breaker: 'closed', isStandby: true, failures: 0 },
    ]);
    await fail(health, 1);
    await clock.advance(1_000);
    await ask(health, standby);
    expect(health.list()).toMatchObject([
      { failures: 1, lastFailureAt: '2026-11-20T14:00:00.000000Z', lastFailure: { code: 'db.unreachable', vendorCode: 'NJS-503' } },
      { failures: 0, lastSuccessAt: '2026-11-20T14:00:01.000000Z', latencyMs: 12.3 },
    ]);
    expect(JSON.stringify(health.list())).not.toContain('a long text');
  });

  it('outlives the program: an endpoint that was left alone still is, for the rest of its time', async () => {
    const before = await open();
    await fail(before, 4);
    await before.close();
    await clock.advance(10_000);
    const after = await open();
    expect(after.list()[0]).toMatchObject({ breaker: 'open', failures: 4, openUntil: '2026-11-20T14:00:30.000000Z' });
    expect(await ask(after, primary)).toBe('breaker.open');
    await clock.advance(20_000);
    expect(after.list()[0]).toMatchObject({ breaker: 'half-open', failures: 4 });
    expect(await ask(after, primary)).toBeUndefined();
    await after.close();
    expect((await open()).list()[0]).toMatchObject({ breaker: 'closed', failures: 0, lastFailure: { code: 'db.unreachable' } });
  });

  it('tells every change of a breaker and closes it by hand', async () => {
    const health = await open();
    const told: EndpointStatus[] = [];
    health.changed.on((status) => told.push(status));
    await fail(health, 4);
    expect(told.at(-1)).toMatchObject({ database: 'mail', endpoint: primary.path, breaker: 'open', failures: 4 });
    health.closeBreaker('mail', primary.path);
    expect(told.at(-1)).toMatchObject({ breaker: 'closed', failures: 0 });
    expect(await ask(health, primary)).toBeUndefined();
    for (const [name, label] of [
      ['mail', '/data/three.duckdb'],
      ['phone', primary.path],
    ] as const)
      expect(() => health.closeBreaker(name, label)).toThrow(/is configured/);
  });

  it('says nothing about an endpoint where a person cancelled or a statement is wrong', async () => {
    const health = await open();
    for (let number = 1; number <= 5; number += 1) {
      await ask(health, primary, new AbortedError({ kind: 'cancel', by: 'analyst' }));
      await ask(health, primary, new CamError(failure('sql.invalid')));
    }
    expect(health.list()[0]).toEqual({ database: 'mail', endpoint: primary.path, breaker: 'closed', isStandby: false, failures: 0 });
  });

  it('starts with every endpoint in use where the file is damaged, and tells the log', async () => {
    const before = await open();
    await fail(before, 4);
    await before.close();
    const whole = await readFile(file, 'utf8');
    for (const damaged of [whole.slice(0, 40), '', '[]', whole.replace('"failures": 4', '"failures": "many"'), '{"version": 2}']) {
      await writeFile(file, damaged);
      const warnings: string[] = [];
      const health = await open({ ...silentLogger, warn: (message) => void warnings.push(message) });
      expect([health.list()[0]?.breaker, warnings.length]).toEqual(['closed', 1]);
    }
  });

  it('keeps what another program has seen of other endpoints meanwhile', async () => {
    const [window, schedule] = [await open(), await open()];
    await fail(schedule, 4);
    await schedule.close();
    await ask(window, standby);
    await window.close();
    expect((await open()).list()).toMatchObject([
      { breaker: 'open', failures: 4 },
      { breaker: 'closed', latencyMs: 12.3 },
    ]);
  });

  describe('of an account that was refused', () => {
    const refused = new CamError(failure('db.auth', { message: 'The database refused account or password.', vendorCode: 'ORA-01017' }));
    const names = async (health: EndpointHealthService): Promise<readonly string[]> => [...(await health.refusedLogons()).keys()];

    it('is remembered whatever fails afterwards, and after a restart, until a logon succeeds at any endpoint of the database', async () => {
      const before = await open();
      await ask(before, primary, refused);
      await clock.advance(1_000);
      await ask(before, primary, lost);
      expect(before.list()[0]).toMatchObject({
        lastFailure: { code: 'db.unreachable' },
        refusedLogon: { at: '2026-11-20T14:00:00.000000Z', failure: { code: 'db.auth', vendorCode: 'ORA-01017' } },
      });
      await before.close();
      const after = await open();
      const told = (await after.refusedLogons()).get('mail');
      expect(told).toMatchObject({ code: 'db.auth', vendorCode: 'ORA-01017' });
      expect(told?.message).toMatch(/^The database refused account or password\. Until somebody has mended/);
      await ask(after, standby);
      expect([after.list()[0]?.refusedLogon, await names(after)]).toEqual([undefined, []]);
    });

    it('is not forgotten because a query that ran before the refusal ends well', async () => {
      const health = await open();
      const ending = Promise.withResolvers<undefined>();
      const running = health
        .gateOf(database)
        .caller(primary)
        .pass(() => ending.promise, never);
      await clock.advance(1_000);
      await ask(health, primary, refused);
      ending.resolve(undefined);
      await running;
      expect(await names(health)).toEqual(['mail']);
    });

    it('by another program is not forgotten because a query that ran here before ends well', async () => {
      const [window, schedule] = [await open(), await open()];
      const ending = Promise.withResolvers<undefined>();
      const running = schedule
        .gateOf(database)
        .caller(primary)
        .pass(() => ending.promise, never);
      await clock.advance(1_000);
      await ask(window, standby, refused);
      await window.close();
      await clock.advance(1_000);
      ending.resolve(undefined);
      await running;
      expect(await names(schedule)).toEqual(['mail']);
    });

    it('at the primary is mended by a logon of another program at a standby', async () => {
      const [window, schedule] = [await open(), await open()];
      await ask(schedule, primary, refused);
      await clock.advance(1_000);
      await ask(window, standby);
      await window.close();
      expect(await names(schedule)).toEqual([]);
    });

    it('holds for what another program has seen, as does that the account was let in again', async () => {
      const [window, schedule] = [await open(), await open()];
      await ask(window, primary, refused);
      await window.close();
      expect(await names(schedule)).toEqual(['mail']);
      await clock.advance(1_000);
      await ask(window, standby);
      await window.close();
      expect(await names(schedule)).toEqual([]);
    });
  });

  it('leaves one whole file and nothing beside it, however fast the changes come', async () => {
    const health = await open();
    await Promise.all(Array.from({ length: 50 }, () => ask(health, standby)));
    await fail(health, 2);
    await health.close();
    expect(await readdir(join(folder, 'data'))).toEqual(['endpoint-health.json']);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1, endpoints: [{}, { failures: 2 }] });
  });
});
