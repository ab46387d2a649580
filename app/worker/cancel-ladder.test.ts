import { describe, expect, it } from 'vitest';
import { abort, AbortedError, onAbort } from '../base/abort.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError, failure } from '../model/failure.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { withCancelLadder } from './cancel-ladder.ts';

/** Work that ends as a test says, and a ladder with ten seconds a rung. */
function scene(what: 'logon' | 'statement' = 'statement') {
  const clock = new FakeClock();
  const controller = new AbortController();
  const settle: { resolve: (value: string) => void; reject: (error: Error) => void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const work = new Promise<string>((resolve, reject) => Object.assign(settle, { resolve, reject }));
  const cuts: number[] = [];
  const cut = async (): Promise<void> => {
    cuts.push(clock.nowMs());
  };
  const result = withCancelLadder(work, controller.signal, { clock, what, askMs: 10_000, cutMs: 5_000, cut }).then(
    (value) => ({ value, atMs: clock.nowMs() }),
    (error: unknown) => ({ error, atMs: clock.nowMs() }),
  );
  const cancel = (): void => abort(controller, { kind: 'cancel', by: 'a test' });
  return { clock, controller, settle, cuts, result, cancel };
}

describe('the cancel ladder', () => {
  it('lets work through that is not aborted', async () => {
    const { clock, settle, result } = scene();
    settle.resolve('done');
    expect(await result).toEqual({ value: 'done', atMs: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets a failure through that is not due to an abort', async () => {
    const { settle, result } = scene();
    settle.reject(new Error('broken'));
    expect(await result).toMatchObject({ error: new Error('broken') });
  });

  it('counts work that obeys as confirmed', async () => {
    const { clock, controller, settle, cuts, result, cancel } = scene();
    onAbort(controller.signal, (reason) => settle.reject(new AbortedError(reason)));
    cancel();
    expect(await result).toMatchObject({ error: { confirmed: true, stuck: false, reason: { kind: 'cancel', by: 'a test' } } });
    expect(cuts).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('never lets a result through that comes after the abort', async () => {
    const { clock, settle, result, cancel } = scene();
    cancel();
    await clock.advance(3000);
    settle.resolve('too late');
    expect(await result).toMatchObject({ error: { confirmed: true, stuck: false } });
  });

  it.each<ErrorCode>(['db.connection-lost', 'db.unreachable', 'db.error', 'disk.full', 'internal'])(
    'does not take %s for the proof that the statement has ended, nor the session for one that can be used again',
    async (code) => {
      const { settle, result, cancel } = scene();
      cancel();
      settle.reject(new CamError(failure(code)));
      expect(await result).toMatchObject({ error: { confirmed: false, usable: false, stuck: false } });
    },
  );

  it('takes the word of a server that has ended the session, which is not used again', async () => {
    const { settle, result, cancel } = scene();
    cancel();
    settle.reject(new CamError(failure('db.session-killed')));
    expect(await result).toMatchObject({ error: { confirmed: true, usable: false } });
  });

  it('uses a session again in which the server did not accept the statement', async () => {
    const { settle, result, cancel } = scene();
    cancel();
    settle.reject(new CamError(failure('sql.invalid')));
    expect(await result).toMatchObject({ error: { confirmed: true, usable: true } });
  });

  it('has nothing to doubt where a logon finds nobody: no statement was sent', async () => {
    const { settle, result, cancel } = scene('logon');
    cancel();
    settle.reject(new CamError(failure('db.unreachable')));
    expect(await result).toMatchObject({ error: { confirmed: true, usable: false } });
  });

  it('cuts the connection of work that does not obey in time', async () => {
    const { clock, settle, cuts, result, cancel } = scene();
    await clock.advance(1000);
    cancel();
    await clock.advance(10_000);
    expect(cuts).toEqual([11_000]);
    settle.reject(new CamError(failure('db.connection-lost')));
    expect(await result).toMatchObject({ error: { confirmed: false, stuck: false }, atMs: 11_000 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives up work that does not end even then', async () => {
    const { clock, settle, result, cancel } = scene();
    cancel();
    await clock.advance(15_000);
    expect(await result).toMatchObject({ error: { confirmed: false, stuck: true }, atMs: 15_000 });
    settle.reject(new Error('much later'));
    expect(clock.pendingTimers).toBe(0);
  });

  it('is climbed at once for a signal that was aborted before', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    abort(controller, { kind: 'shutdown' });
    const work = Promise.resolve('done already');
    const ladder = { clock, what: 'logon' as const, askMs: 1, cutMs: 1, cut: async () => undefined };
    await expect(withCancelLadder(work, controller.signal, ladder)).rejects.toMatchObject({ confirmed: true, what: 'logon' });
  });
});
