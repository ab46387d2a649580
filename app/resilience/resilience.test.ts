import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abort, AbortedError, onAbort } from '../base/abort.ts';
import { sleep } from '../base/clock.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError, failure } from '../model/failure.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Breaker } from './breaker.ts';
import { withDeadline } from './deadline.ts';
import { RateLimit } from './rate-limit.ts';
import { withRetry } from './retry.ts';

const fail = (code: ErrorCode): CamError => new CamError(failure(code));
const never = (): AbortSignal => new AbortController().signal;
const cancelled = { kind: 'cancel', by: 'analyst' } as const;

describe('retry', () => {
  const schedule = async (error: () => Error, options = { retries: 3, delaysMs: [1000, 5000, 15_000], jitter: 0 }, random = 0.5) => {
    const clock = new FakeClock();
    const callsAtMs: number[] = [];
    const result = withRetry(
      options,
      { clock, random: () => random },
      () => {
        callsAtMs.push(clock.nowMs());
        return Promise.reject(error());
      },
      never(),
    );
    const settled = result.then(
      () => 'succeeded',
      () => 'failed',
    );
    await clock.advance(3_600_000);
    return { callsAtMs, outcome: await settled, timers: clock.pendingTimers };
  };

  it('waits 1, 5 and 15 seconds between attempts and then gives up', async () => {
    expect(await schedule(() => fail('db.unreachable'))).toEqual({ callsAtMs: [0, 1000, 6000, 21_000], outcome: 'failed', timers: 0 });
  });

  it('varies each wait by the jitter and no more', async () => {
    const options = { retries: 1, delaysMs: [1000], jitter: 0.2 };
    expect((await schedule(() => fail('db.unreachable'), options, 0)).callsAtMs).toEqual([0, 800]);
    expect((await schedule(() => fail('db.unreachable'), options, 1)).callsAtMs).toEqual([0, 1200]);
  });

  it.each(['db.auth', 'db.account-locked', 'db.error', 'rate.limited', 'kerberos.expired', 'sql.invalid', 'internal'] as const)(
    'never repeats %s',
    async (code) => {
      expect((await schedule(() => fail(code))).callsAtMs).toEqual([0]);
    },
  );

  it('without waits tries again at once', async () => {
    expect((await schedule(() => fail('db.unreachable'), { retries: 2, delaysMs: [], jitter: 0.2 })).callsAtMs).toEqual([0, 0, 0]);
  });

  it('repeats a failure of class once a single time', async () => {
    expect((await schedule(() => fail('db.snapshot-too-old'))).callsAtMs).toEqual([0, 1000]);
  });

  it('never repeats a mistake of the program', async () => {
    expect((await schedule(() => new TypeError('x is undefined'))).callsAtMs).toEqual([0]);
  });

  it('repeats an attempt that ran out of time, but not when the run did', async () => {
    expect((await schedule(() => new AbortedError({ kind: 'timeout', afterMs: 5, what: 'attempt' }))).callsAtMs).toHaveLength(4);
    expect((await schedule(() => new AbortedError({ kind: 'timeout', afterMs: 5, what: 'run' }))).callsAtMs).toEqual([0]);
    expect((await schedule(() => new AbortedError(cancelled))).callsAtMs).toEqual([0]);
  });

  it('ends at once when it is cancelled during a wait, and does not call again', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    let calls = 0;
    const result = withRetry(
      { retries: 3, delaysMs: [60_000], jitter: 0 },
      { clock, random: () => 0 },
      () => {
        calls += 1;
        return Promise.reject(fail('db.unreachable'));
      },
      controller.signal,
    );
    const settled = expect(result).rejects.toMatchObject({ reason: cancelled });
    await clock.advance(10);
    abort(controller, cancelled);
    await settled;
    await clock.advance(120_000);
    expect(calls).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a deadline', () => {
  it('aborts as a timeout and waits until the action says that it has stopped', async () => {
    const clock = new FakeClock();
    const letGo = Promise.withResolvers<undefined>();
    let isSettled = false;
    const result = withDeadline(
      clock,
      1000,
      'attempt',
      (signal) =>
        new Promise((_resolve, reject) => {
          onAbort(signal, (reason) => void letGo.promise.then(() => reject(new AbortedError(reason))));
        }),
      never(),
    );
    const settled = result.catch((error: unknown) => {
      isSettled = true;
      return error;
    });
    await clock.advance(5000);
    expect(isSettled).toBe(false);
    letGo.resolve(undefined);
    expect(await settled).toMatchObject({ reason: { kind: 'timeout', afterMs: 1000, what: 'attempt' } });
  });

  it('stands still while it is paused, and leaves no timer behind when it is let go too late', async () => {
    const clock = new FakeClock();
    const order: string[] = [];
    let late: () => void = () => undefined;
    const result = withDeadline(
      clock,
      1000,
      'attempt',
      async (signal, pause) => {
        onAbort(signal, () => order.push(`aborted at ${String(clock.monotonicMs())}`));
        await sleep(clock, 600, never());
        const resume = pause();
        await sleep(clock, 10_000, never());
        resume();
        await sleep(clock, 300, never());
        order.push('within the limit');
        await sleep(clock, 200, never());
        late = pause();
      },
      never(),
    );
    for (let round = 0; round < 120; round++) await clock.advance(100);
    await result;
    expect(order).toEqual(['within the limit', 'aborted at 11000']);
    late();
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not blame the clock for a cancel', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const result = withDeadline(
      clock,
      1000,
      'attempt',
      (signal) => new Promise((_resolve, reject) => onAbort(signal, (reason) => reject(new AbortedError(reason)))),
      controller.signal,
    );
    abort(controller, cancelled);
    await expect(result).rejects.toMatchObject({ reason: cancelled });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a rate limit', () => {
  it('lets at most so many through in any stretch of its length, in the order of asking', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 40 }),
        async (limit, gapsMs) => {
          const clock = new FakeClock();
          const rate = new RateLimit(clock, limit, 100);
          const admitted: { readonly asker: number; readonly atMs: number }[] = [];
          for (const [asker, gapMs] of gapsMs.entries()) {
            await clock.advance(gapMs);
            void rate.take(never()).then(() => void admitted.push({ asker, atMs: clock.nowMs() }));
          }
          await clock.advance(100 * gapsMs.length + 100);
          expect(admitted.map(({ asker }) => asker)).toEqual(gapsMs.map((_, index) => index));
          for (const { atMs } of admitted)
            expect(admitted.filter((other) => other.atMs > atMs - 100 && other.atMs <= atMs).length).toBeLessThanOrEqual(limit);
          expect(clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is left at once by whoever is aborted, and the next one moves up', async () => {
    const clock = new FakeClock();
    const rate = new RateLimit(clock, 1, 1000);
    await rate.take(never());
    const controller = new AbortController();
    const leaving = rate.take(controller.signal);
    const atMs = rate.take(never()).then(() => clock.nowMs());
    abort(controller, cancelled);
    await expect(leaving).rejects.toMatchObject({ reason: cancelled });
    await clock.advance(1000);
    expect(await atMs).toBe(1000);
  });

  it('takes nobody in whose signal is aborted already', async () => {
    const rate = new RateLimit(new FakeClock(), 1, 1000);
    await expect(rate.take(AbortSignal.abort(new AbortedError(cancelled)))).rejects.toMatchObject({ reason: cancelled });
    expect(rate.waiting).toBe(0);
    await rate.take(never());
  });

  it('that is made wider lets those who wait through at once, and the same limit again changes nothing', async () => {
    const clock = new FakeClock();
    const rate = new RateLimit(clock, 1, 1000);
    await rate.take(never());
    const waiting = [rate.take(never()), rate.take(never())];
    rate.configure(1, 1000);
    expect([rate.waiting, clock.pendingTimers]).toEqual([2, 1]);
    rate.configure(2, 1000);
    await waiting[0];
    expect([rate.waiting, clock.pendingTimers]).toEqual([1, 1]);
    rate.configure(2, 100);
    await clock.advance(100);
    await waiting[1];
    expect([rate.waiting, clock.pendingTimers]).toEqual([0, 0]);
  });

  it.each([
    [0, 1000],
    [1.5, 1000],
    [1, 0],
    [1, Number.NaN],
  ])('of %d in %d ms is refused, when it is made and when it is changed', (limit, windowMs) => {
    expect(() => new RateLimit(new FakeClock(), limit, windowMs)).toThrow(RangeError);
    expect(() => new RateLimit(new FakeClock(), 1, 1).configure(limit, windowMs)).toThrow(RangeError);
  });

  it('leaves no timer when the last one waiting is aborted', async () => {
    const clock = new FakeClock();
    const rate = new RateLimit(clock, 1, 1000);
    await rate.take(never());
    const controller = new AbortController();
    const leaving = rate.take(controller.signal);
    abort(controller, cancelled);
    await expect(leaving).rejects.toBeInstanceOf(AbortedError);
    expect([rate.waiting, clock.pendingTimers]).toEqual([0, 0]);
  });
});

describe('a breaker', () => {
  const start = (record?: { failures: number; openedAtMs?: number }) => {
    const clock = new FakeClock(1_000_000);
    const breaker = new Breaker(clock, { threshold: 4, openMs: 30_000 }, record);
    const call = (error?: Error): Promise<string> =>
      breaker
        .execute(() => (error === undefined ? Promise.resolve('ok') : Promise.reject(error)))
        .catch((thrown: unknown) => {
          return thrown instanceof CamError ? thrown.failure.code : 'aborted';
        });
    return { clock, breaker, call };
  };

  it('opens after four failures in a row and refuses without calling', async () => {
    const { breaker, call } = start();
    for (let number = 1; number <= 4; number += 1) expect(await call(fail('db.unreachable'))).toBe('db.unreachable');
    expect(breaker.state).toBe('open');
    expect(await call()).toBe('breaker.open');
  });

  it('says who is left alone and for how long, by the limits that hold now', async () => {
    const clock = new FakeClock(1_000_000);
    const options = { threshold: 1, openMs: 30_000, name: 'one:1521/A' };
    const breaker = new Breaker(clock, options);
    const messageOf = (): Promise<string> =>
      breaker
        .execute(() => Promise.reject(fail('db.unreachable')))
        .then(
          () => '',
          (error: unknown) => (error as CamError).failure.message,
        );
    await messageOf();
    await clock.advance(500);
    expect(await messageOf()).toBe('one:1521/A failed once and is left alone for another 30 s.');
    breaker.configure({ ...options, openMs: 10_000 });
    expect(breaker.openUntilMs).toBe(1_010_000);
    expect(await messageOf()).toContain('another 10 s');
    await clock.advance(9_500);
    expect(breaker.state).toBe('half-open');
  });

  it('starts to count anew after a success', async () => {
    const { breaker, call } = start();
    for (let round = 1; round <= 5; round += 1) {
      for (let number = 1; number <= 3; number += 1) await call(fail('db.connection-lost'));
      await call();
    }
    expect(breaker.state).toBe('closed');
  });

  it('does not count cancels, nor mistakes that are not the endpoint’s', async () => {
    const { breaker, call } = start();
    for (let number = 1; number <= 10; number += 1) {
      await call(new AbortedError(cancelled));
      await call(new AbortedError({ kind: 'timeout', afterMs: 1, what: 'run' }));
      await call(fail('sql.invalid'));
      await call(fail('db.auth'));
    }
    expect(breaker.state).toBe('closed');
  });

  it('lets exactly one probe through after its time, closes when that succeeds and opens again when it fails', async () => {
    const { clock, breaker, call } = start({ failures: 4, openedAtMs: 1_000_000 });
    await clock.advance(29_999);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
    const pending = Promise.withResolvers<string>();
    const probe = breaker.execute(() => pending.promise);
    let calls = 0;
    const waiting = [1, 2].map(() => breaker.execute(() => Promise.resolve(++calls)));
    await clock.advance(0);
    expect(calls).toBe(0);
    pending.reject(fail('db.unreachable'));
    for (const refused of [probe, ...waiting]) await expect(refused).rejects.toBeInstanceOf(CamError);
    expect(calls).toBe(0);
    expect(breaker.state).toBe('open');
    await clock.advance(30_000);
    expect(await call()).toBe('ok');
    expect(breaker.state).toBe('closed');
  });

  it('lets those who wait for the probe follow as soon as it is answered, though it goes on; one failure of them opens it again', async () => {
    const { clock, breaker, call } = start({ failures: 4, openedAtMs: 1_000_000 });
    await clock.advance(30_000);
    const pending = Promise.withResolvers<string>();
    let letPass: () => void = () => undefined;
    const probe = breaker.execute((answered) => {
      letPass = answered;
      return pending.promise;
    });
    const follower = call(fail('db.connection-lost'));
    letPass();
    expect(await follower).toBe('db.connection-lost');
    expect(breaker.state).toBe('open');
    pending.resolve('ok');
    await probe;
    expect(breaker.state).toBe('closed');
  });

  it('is left at once by whoever is aborted while somebody else probes', async () => {
    const { clock, breaker } = start({ failures: 4, openedAtMs: 1_000_000 });
    await clock.advance(30_000);
    const probe = breaker.execute(() => new Promise(() => undefined));
    probe.catch(() => undefined);
    const controller = new AbortController();
    const waiting = breaker.execute(() => Promise.resolve(), controller.signal);
    abort(controller, cancelled);
    await expect(waiting).rejects.toMatchObject({ reason: cancelled });
  });

  it('counts failures as one caller sees them: four that fail together, again and again, open it with their fourth', async () => {
    const { breaker } = start();
    const callers = [1, 2, 3, 4].map(() => breaker.caller());
    const round = () => Promise.allSettled(callers.map((caller) => caller.execute(() => Promise.reject(fail('db.unreachable')), never())));
    for (let number = 1; number <= 3; number += 1) {
      await round();
      expect([breaker.state, breaker.record.failures]).toEqual(['closed', number]);
    }
    await round();
    expect([breaker.state, breaker.record.failures]).toEqual(['open', 4]);
  });

  it('counts anew for every caller after a success, and goes on counting for those who come later', async () => {
    const { breaker, call } = start();
    const caller = breaker.caller();
    const failOnce = () => caller.execute(() => Promise.reject(fail('db.unreachable')), never()).catch(() => undefined);
    await failOnce();
    await failOnce();
    await call();
    await failOnce();
    expect(breaker.record.failures).toBe(1);
    await call(fail('db.unreachable'));
    expect(breaker.record.failures).toBe(2);
  });

  it('is closed by a statement that the database does not accept: it is there', async () => {
    const { clock, breaker, call } = start({ failures: 4, openedAtMs: 1_000_000 });
    await clock.advance(30_000);
    await call(fail('sql.invalid'));
    expect(breaker.state).toBe('closed');
  });

  it('probes again when the probe was cancelled', async () => {
    const { breaker, call, clock } = start({ failures: 4, openedAtMs: 1_000_000 });
    await clock.advance(30_000);
    await call(new AbortedError(cancelled));
    expect(breaker.state).toBe('half-open');
    expect(await call()).toBe('ok');
  });

  it('goes on where an earlier process left it, and can be closed by hand', async () => {
    const { breaker, call } = start();
    for (let number = 1; number <= 4; number += 1) await call(fail('db.unreachable'));
    const next = start(breaker.record);
    expect(next.breaker.state).toBe('open');
    next.breaker.close();
    expect(await next.call()).toBe('ok');
  });

  it('says until when it is open, and whose it is', async () => {
    const clock = new FakeClock(1_000_000);
    const breaker = new Breaker(clock, { threshold: 1, openMs: 30_000, name: 'oracle:1521/AUDIT' });
    expect(breaker.openUntilMs).toBeUndefined();
    await breaker.execute(() => Promise.reject(fail('db.unreachable'))).catch(() => undefined);
    expect(breaker.openUntilMs).toBe(1_030_000);
    await expect(breaker.execute(() => Promise.resolve('ok'))).rejects.toMatchObject({
      failure: { message: 'oracle:1521/AUDIT failed once and is left alone for another 30 s.' },
    });
  });

  it('is left alone no longer than it should be when the clock is set back meanwhile', async () => {
    const { clock, breaker, call } = start({ failures: 3 });
    await call(fail('db.unreachable'));
    await clock.advance(10_000);
    clock.shiftWall(-3_600_000);
    expect([breaker.state, breaker.openUntilMs]).toEqual(['open', clock.nowMs() + 20_000]);
    await clock.advance(19_999);
    expect(breaker.state).toBe('open');
    await clock.advance(1);
    expect(breaker.state).toBe('half-open');
  });

  it('may be asked again after its time also where the machine slept meanwhile', async () => {
    const { clock, breaker, call } = start({ failures: 3 });
    await call(fail('db.unreachable'));
    clock.shiftWall(30_000);
    expect(breaker.state).toBe('half-open');
  });

  it('does not stay open for ever when the clock was set back', () => {
    const { breaker } = start({ failures: 4, openedAtMs: 9_999_999_999 });
    expect(breaker.record.openedAtMs).toBe(1_000_000);
  });
});
