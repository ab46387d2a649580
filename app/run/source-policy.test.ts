import { describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError, failure } from '../model/failure.ts';
import { Breaker } from '../resilience/breaker.ts';
import { sampleDatabase, sampleDatabasePolicy } from '../testing/builders.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { DatabaseGate } from './database-gate.ts';
import { LogonRefusal } from '../resilience/logon-refusal.ts';
import { type AttemptPlace, type SourcePolicy, withPolicies } from './source-policy.ts';

const cancelled = { kind: 'cancel', by: 'analyst' } as const;
const primary: Endpoint = { kind: 'fake', script: '"primary"' };
const standby: Endpoint = { kind: 'fake', script: '"standby"' };
const retry = { retries: 3, delaysMs: [1_000, 5_000, 15_000], jitter: 0 };

/** What an attempt does: throws an error of this code, before or after the endpoint has let it in, or succeeds. */
type Step = ErrorCode | `in ${ErrorCode}` | 'timeout' | 'ok';

/** A database with scripted endpoints on a fake clock; every attempt is written down with the second at which it was made. */
function scene(change: Partial<DatabaseConfig> = {}) {
  const clock = new FakeClock(1_000_000);
  const database = sampleDatabase({ endpoint: primary, ...change });
  const breakers = new Map<Endpoint, Breaker>();
  const breakerOf = (endpoint: Endpoint): Breaker => {
    const known = breakers.get(endpoint) ?? new Breaker(clock, database.policy.breaker);
    breakers.set(endpoint, known);
    return known;
  };
  const gate = new DatabaseGate(database, clock, (_database, endpoint) => ({
    breaker: breakerOf(endpoint),
    answered: () => undefined,
    failed: () => undefined,
  }));
  const logon = new LogonRefusal();
  const log: string[] = [];
  const controller = new AbortController();
  const seconds = (): number => (clock.nowMs() - 1_000_000) / 1000;
  /** Runs one source whose attempts take these steps, the last one for ever. */
  const source = (steps: readonly Step[], more: Partial<SourcePolicy> = {}, durationMs = 0): Promise<string> => {
    const attempt = async (place: AttemptPlace): Promise<string> => {
      log.push(`${String(seconds())} s: ${String(place.number)} at ${place.rank === 0 ? 'primary' : 'standby'}`);
      const step = steps[Math.min(place.number, steps.length) - 1] ?? 'ok';
      if (durationMs > 0) await new Promise<void>((resolve) => clock.setTimer(durationMs, resolve));
      if (step === 'ok' || step.startsWith('in ')) place.answered();
      if (step === 'timeout') throw new AbortedError({ kind: 'timeout', afterMs: 1, what: 'attempt' });
      if (step !== 'ok') throw new CamError(failure(step.replace('in ', '') as ErrorCode));
      return 'ok';
    };
    const policy = { retry, endpoints: [primary], gate, logon, clock, random: () => 0.5, onFollowed: () => undefined, ...more };
    return withPolicies(policy, attempt, controller.signal).catch((error: unknown) => {
      if (error instanceof CamError) return error.failure.code;
      return error instanceof AbortedError ? error.reason.kind : 'a mistake';
    });
  };
  return { clock, breakerOf, gate, logon, log, controller, source };
}

const both = { endpoints: [primary, standby] };

describe('the attempts of a source', () => {
  it('are made again after 1, 5 and 15 seconds, and each wait is told before it begins', async () => {
    const { clock, log, source } = scene();
    const told: number[] = [];
    const ended = source(['db.unreachable'], { onFollowed: (delayMs) => void told.push(delayMs) });
    await clock.advance(60_000);
    expect(await ended).toBe('db.unreachable');
    expect(log).toEqual(['0 s: 1 at primary', '1 s: 2 at primary', '6 s: 3 at primary', '21 s: 4 at primary']);
    expect(told).toEqual([1_000, 5_000, 15_000]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are made again after a limit has passed and once after a crash, and never where the server refuses for too many requests', async () => {
    const cases: readonly (readonly [Step, number, string])[] = [
      ['timeout', 4, 'timeout'],
      ['worker.crashed', 2, 'worker.crashed'],
      ['rate.limited', 1, 'rate.limited'],
      ['internal', 1, 'internal'],
    ];
    for (const [step, attempts, outcome] of cases) {
      const { clock, log, source } = scene();
      const ended = source([step]);
      await clock.advance(60_000);
      expect([await ended, log.length]).toEqual([outcome, attempts]);
    }
  });

  it('go to the standby when the primary does not let them in after all tries, and count on', async () => {
    const { clock, log, source } = scene();
    const ended = source(['db.unreachable', 'db.busy', 'db.unreachable', 'db.unreachable', 'ok'], both);
    await clock.advance(60_000);
    expect(await ended).toBe('ok');
    expect(log.slice(3)).toEqual(['21 s: 4 at primary', '21 s: 5 at standby']);
  });

  it('go to the standby at once while the primary is left alone', async () => {
    const { breakerOf, clock, log, source } = scene();
    for (let number = 1; number <= 4; number += 1)
      await breakerOf(primary)
        .execute(() => Promise.reject(new CamError(failure('db.unreachable'))))
        .catch(() => undefined);
    expect(await source(['ok'], both)).toBe('ok');
    expect(log).toEqual(['0 s: 1 at standby']);
    // Without a standby nothing is asked, and that is why.
    expect(await source(['ok'])).toBe('breaker.open');
    await clock.advance(30_000);
    expect(await source(['ok'], both)).toBe('ok');
    expect(log.at(-1)).toBe('30 s: 1 at primary');
  });

  it('go to the standby when the limit has passed so often that the primary is left alone from then on', async () => {
    const { clock, log, source } = scene();
    const ended = source(['timeout', 'timeout', 'timeout', 'timeout', 'ok'], both);
    await clock.advance(60_000);
    expect(await ended).toBe('ok');
    expect(log.at(-1)).toBe('21 s: 5 at standby');
  });

  it('stay away from the standby where the database itself has answered: a mistake in the statement, a connection lost on the way', async () => {
    for (const step of ['sql.invalid', 'in db.connection-lost', 'kerberos.expired', 'disk.full'] as const) {
      const { clock, log, source } = scene({ policy: { ...sampleDatabasePolicy, breaker: { threshold: 10, openMs: 1 } } });
      const ended = source([step], both);
      await clock.advance(60_000);
      expect(await ended).toBe(step.replace('in ', ''));
      expect(log.filter((line) => line.includes('standby'))).toEqual([]);
    }
  });

  it('do not ask again at an endpoint that does not know the service, for another source either, and go to the standby', async () => {
    const { log, source } = scene();
    expect(await source(['db.unknown-service', 'ok'], both)).toBe('ok');
    expect(await source(['ok'], both)).toBe('ok');
    expect(log).toEqual(['0 s: 1 at primary', '0 s: 2 at standby', '0 s: 1 at standby']);
  });

  it('are made by one source alone where the logon cannot succeed, whatever the reason', async () => {
    for (const step of ['kerberos.expired', 'db.configuration', 'db.client-missing', 'db.auth', 'db.error'] as const) {
      const { log, source } = scene();
      expect([await source([step], both), await source(['ok'], both)]).toEqual([step, step]);
      expect(log).toEqual(['0 s: 1 at primary']);
    }
  });

  it('are made by the next source after a mistake that is not one of the logon', async () => {
    for (const step of ['in db.error', 'sql.invalid', 'disk.full', 'in db.configuration'] as const) {
      const { source } = scene();
      expect([await source([step]), await source(['ok'])]).toEqual([step.replace('in ', ''), 'ok']);
    }
  });

  it('count a standby that is down once, though the sources come to it one after another', async () => {
    const { clock, breakerOf, source } = scene();
    const twice = { ...both, retry: { ...retry, retries: 1 } };
    const ended = [10, 300, 600].map((delayMs) => source(['db.unreachable'], { ...twice, retry: { ...twice.retry, delaysMs: [delayMs] } }));
    await clock.advance(60_000);
    expect(await Promise.all(ended)).toEqual(['db.unreachable', 'db.unreachable', 'db.unreachable']);
    expect([primary, standby].map((endpoint) => breakerOf(endpoint).record.failures)).toEqual([2, 2]);
  });

  it('end with their own failure where the breaker opens meanwhile, not with the breaker', async () => {
    const { clock, source } = scene();
    const first = source(['db.unreachable'], { retry: { ...retry, delaysMs: [10] } });
    const second = source(['db.busy'], { retry: { ...retry, delaysMs: [1_000] } });
    await clock.advance(60_000);
    expect([await first, await second]).toEqual(['db.unreachable', 'db.busy']);
  });
});

describe('a refused logon', () => {
  it('is the only one of the database in the run: not again, not at the standby, not for another source, not in a new process', async () => {
    for (const code of ['db.auth', 'db.account-locked'] as const) {
      const { clock, log, source } = scene({ maxConcurrency: 1 });
      const ended = [source([code], both), source(['ok'], both), source(['ok'], { endpoints: [standby] })];
      await clock.advance(60_000);
      expect(await Promise.all(ended)).toEqual([code, code, code]);
      expect(log).toEqual(['0 s: 1 at primary']);
    }
  });

  it('ends a source that waits to try again without another logon', async () => {
    const { clock, log, source } = scene();
    const waiting = source(['db.unreachable', 'ok']);
    await clock.advance(500);
    expect(await source(['db.auth'])).toBe('db.auth');
    await clock.advance(60_000);
    expect(await waiting).toBe('db.auth');
    expect(log).toEqual(['0 s: 1 at primary', '0.5 s: 1 at primary']);
  });
});

describe('places and permits', () => {
  it('are shared by all who ask the database, in the order of asking; a place is taken by one attempt at a time', async () => {
    const policy = { ...sampleDatabasePolicy, rateLimit: { queries: 3, perMs: 10_000 } };
    const { clock, log, source } = scene({ maxConcurrency: 2, policy });
    const ended = Promise.all([1, 2, 3, 4, 5].map(() => source(['ok'], {}, 1_000)));
    await clock.advance(60_000);
    expect(await ended).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(log.map((line) => line.split(':')[0])).toEqual(['0 s', '0 s', '1 s', '10 s', '10 s']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are not taken by an endpoint that has been left alone while a source waited for its place', async () => {
    const { clock, gate, log, source, breakerOf } = scene({ maxConcurrency: 1 });
    const held = Promise.withResolvers<undefined>();
    const long = gate.caller(primary).pass(() => held.promise, new AbortController().signal);
    const waiting = source(['ok']);
    await clock.advance(1_000);
    for (let number = 1; number <= 4; number += 1)
      await breakerOf(primary)
        .execute(() => Promise.reject(new CamError(failure('db.unreachable'))))
        .catch(() => undefined);
    held.reject(new AbortedError(cancelled));
    await expect(long).rejects.toMatchObject({ reason: cancelled });
    expect(await waiting).toBe('breaker.open');
    expect(log).toEqual([]);
  });

  it('are taken by the new limits as soon as the configuration has them', async () => {
    const slow = { ...sampleDatabasePolicy, rateLimit: { queries: 1, perMs: 100_000 } };
    const { clock, gate, log, source } = scene({ maxConcurrency: 1, policy: slow });
    const ended = Promise.all([1, 2, 3].map(() => source(['ok'], {}, 1_000)));
    await clock.advance(5_000);
    expect(log).toHaveLength(1);
    gate.configure(sampleDatabase({ maxConcurrency: 4 }));
    await clock.advance(1_000);
    expect(await ended).toEqual(['ok', 'ok', 'ok']);
  });

  it('are given up at once by a cancel, as is every other wait, and nothing is left behind', async () => {
    const waits: readonly ((made: ReturnType<typeof scene>) => Promise<void>)[] = [
      // Waiting to try again.
      async ({ source, clock }) => {
        void source(['db.unreachable']);
        await clock.advance(500);
      },
      // For a place.
      async ({ gate, clock }) => {
        void gate.caller(primary).pass(() => new Promise(() => undefined), new AbortController().signal);
        await clock.advance(1);
      },
      // For a permit.
      async ({ gate, clock }) => {
        await gate.caller(standby).pass(() => Promise.resolve(), new AbortController().signal);
        await clock.advance(1);
      },
      // For somebody else's probe.
      async ({ breakerOf, clock }) => {
        const breaker = breakerOf(primary);
        for (let number = 1; number <= 4; number += 1)
          await breaker.execute(() => Promise.reject(new CamError(failure('db.unreachable')))).catch(() => undefined);
        await clock.advance(30_000);
        void breaker.execute(() => new Promise(() => undefined));
      },
    ];
    for (const wait of waits) {
      const made = scene({ maxConcurrency: 1, policy: { ...sampleDatabasePolicy, rateLimit: { queries: 1, perMs: 60_000 } } });
      await wait(made);
      const before = made.log.length;
      const ended = made.source(['ok']);
      await made.clock.advance(100);
      abort(made.controller, cancelled);
      expect(await ended).toBe('cancel');
      expect(made.log.length).toBe(before);
      expect(made.clock.pendingTimers).toBe(0);
    }
  });
});
