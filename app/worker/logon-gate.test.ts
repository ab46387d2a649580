import { describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import type { Connection } from '../drivers/driver.ts';
import type { Endpoint } from '../model/database.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError, failure } from '../model/failure.ts';
import { createFakeDriver } from '../testing/fake-driver.ts';
import { plainTarget } from '../testing/driver-under-test.ts';
import { LogonGate } from './logon-gate.ts';

const quiet = new AbortController().signal;

/** A database whose logons do what the script says; `opened` counts them. */
function database(connect: object) {
  const endpoint: Endpoint = { kind: 'fake', script: JSON.stringify({ connect }) };
  const driver = createFakeDriver({ clock: systemClock });
  const gate = new LogonGate();
  const pass = (signal = quiet): Promise<Connection> =>
    gate.pass(endpoint, signal, () => driver.connect({ ...plainTarget, endpoint }, signal));
  return { pass, logons: () => driver.activity.opened };
}

async function codesOf(logons: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(logons);
  return settled.map((one) => (one.status === 'rejected' && one.reason instanceof CamError ? one.reason.failure.code : one.status));
}

const refused = (code: ErrorCode) => database({ delayMs: 20, then: 'fail', code });

describe('the gate before logons', () => {
  it('lets one of four logons find out that the password is wrong, and never tries again', async () => {
    const { pass, logons } = refused('db.auth');
    expect(await codesOf([pass(), pass(), pass(), pass()])).toEqual(['db.auth', 'db.auth', 'db.auth', 'db.auth']);
    expect(await codesOf([pass()])).toEqual(['db.auth']);
    expect(logons()).toBe(1);
  });

  it.each<ErrorCode>(['kerberos.expired', 'db.configuration', 'db.client-missing', 'db.unknown-service', 'db.unknown-host', 'db.error'])(
    'tries a logon that fails with %s once, for it cannot succeed later either',
    async (code) => {
      const { pass, logons } = refused(code);
      expect(await codesOf([pass(), pass()])).toEqual([code, code]);
      expect(await codesOf([pass()])).toEqual([code]);
      expect(logons()).toBe(1);
    },
  );

  it('knows that a name which one endpoint does not know may be known at another', async () => {
    const endpoints = [1, 2].map((number): Endpoint => ({ kind: 'fake', script: `{"connect": {"delayMs": ${String(number)}}}` }));
    const gate = new LogonGate();
    const asked: string[] = [];
    const pass = (place: 0 | 1): Promise<Connection> =>
      gate.pass(endpoints[place]!, quiet, () => {
        asked.push(place === 0 ? 'primary' : 'standby');
        return Promise.reject(new CamError(failure(place === 0 ? 'db.unknown-service' : 'db.busy')));
      });
    await codesOf([pass(0)]);
    expect(await codesOf([pass(0)])).toEqual(['db.unknown-service']);
    expect(await codesOf([pass(1)])).toEqual(['db.busy']);
    expect(asked).toEqual(['primary', 'standby']);
  });

  it('lets those who waited share a failure that may pass, and tries again later', async () => {
    const { pass, logons } = refused('db.unreachable');
    expect(await codesOf([pass(), pass(), pass()])).toEqual(['db.unreachable', 'db.unreachable', 'db.unreachable']);
    expect(logons()).toBe(1);
    await codesOf([pass()]);
    expect(logons()).toBe(2);
  });

  it('knows one account at all endpoints: a refusal at one is not tried at another, and the first logon goes alone among all', async () => {
    const endpoints = [1, 2].map((number): Endpoint => ({ kind: 'fake', script: `{"connect": {"delayMs": ${String(number)}}}` }));
    const gate = new LogonGate();
    let logons = 0;
    const pass = ([endpoint]: readonly Endpoint[], code: ErrorCode): Promise<Connection> =>
      gate.pass(endpoint!, quiet, () => {
        logons += 1;
        return Promise.reject(new CamError(failure(code)));
      });
    // One that cannot be reached says nothing about the other.
    expect(await codesOf([pass(endpoints, 'db.unreachable'), pass(endpoints.slice(1), 'db.auth')])).toEqual(['db.unreachable', 'db.auth']);
    expect(logons).toBe(2);
    expect(await codesOf([pass(endpoints, 'db.busy'), pass(endpoints.slice(1), 'db.busy')])).toEqual(['db.auth', 'db.auth']);
    expect(logons).toBe(2);
  });

  it('keeps everybody out once an account that was in use has been locked', async () => {
    const endpoint: Endpoint = { kind: 'fake', script: '' };
    const gate = new LogonGate();
    const answers = [() => Promise.resolve({} as Connection), () => Promise.reject(new CamError(failure('db.account-locked')))];
    const pass = (): Promise<Connection> =>
      gate.pass(endpoint, quiet, answers.shift() ?? (() => Promise.reject(new Error('a third logon'))));
    expect(await codesOf([pass()])).toEqual(['fulfilled']);
    expect(await codesOf([pass()])).toEqual(['db.account-locked']);
    expect(await codesOf([pass()])).toEqual(['db.account-locked']);
  });

  it('lets everybody in who waited for a logon that succeeded', async () => {
    const { pass, logons } = database({ delayMs: 20 });
    expect(await codesOf([pass(), pass(), pass()])).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(logons()).toBe(3);
  });

  it('lets the next one try when the first is cancelled, even if it does not end', async () => {
    const endpoint: Endpoint = { kind: 'fake', script: '' };
    const gate = new LogonGate();
    const controller = new AbortController();
    void gate.pass(endpoint, controller.signal, () => new Promise<Connection>(() => undefined));
    const second = gate.pass(endpoint, quiet, () => Promise.reject(new CamError(failure('db.busy'))));
    abort(controller, { kind: 'cancel', by: 'test' });
    expect(await codesOf([second])).toEqual(['db.busy']);
  });

  it('sends a cancelled one away while it waits', async () => {
    const { pass, logons } = database({ delayMs: 200 });
    const controller = new AbortController();
    const first = pass();
    const second = pass(controller.signal);
    abort(controller, { kind: 'cancel', by: 'test' });
    await expect(second).rejects.toBeInstanceOf(AbortedError);
    await first;
    expect(logons()).toBe(1);
  });
});
