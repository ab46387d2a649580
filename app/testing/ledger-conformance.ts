/** What the ledger of planned runs must do on every store. */
import { afterAll, describe, expect, it } from 'vitest';
import { ledgerHandlers } from '../history/ledger-handlers.ts';
import type { Store } from '../history/store.ts';
import type { LedgerMethods } from '../model/ledger.ts';
import { openTestStore, type StoreMaker } from './history-store.ts';
import { partialResult, sampleAlert, sampleEnd, sampleMessage, sampleResult } from './ledger-values.ts';

/** Asks the ledger of an open store, as the reader does. */
export type AskLedger = <K extends keyof LedgerMethods>(method: K, input: LedgerMethods[K]['input']) => Promise<LedgerMethods[K]['output']>;

/** The ledger of a store in this thread. */
export function ledgerOf(store: Store): AskLedger {
  const handlers = ledgerHandlers((answer) => answer(store));
  return (method, input) => {
    const handler = handlers[method] as (asked: unknown, context: unknown) => Promise<never>;
    return handler(input, {});
  };
}

const hour = (number: number): string => `2026-11-20T${String(number).padStart(2, '0')}:00:00.000000Z`;
const interval = (number: number) => ({ from: hour(number - 1), to: hour(number), dueAt: hour(number) });
const targetOf = (channel: string) => ({ schedule: 'hourly', channel });
const targets = ['webhook', 'command'].map(targetOf);
const claimOf = (number: number, claim: string) => ({ schedule: 'hourly', to: hour(number), claim, host: 'pc', pid: 7, at: hour(number) });

/**
 * Runs the tests against stores from `maker`. `isConcurrent`: connections of one thread can be in transactions at the same
 * time; with SQLite they would wait for each other for ever, so there its processes are tested elsewhere.
 */
export function describeLedger(name: string, maker: StoreMaker, isConcurrent: boolean): void {
  const stores: Store[] = [];
  const open = async (): Promise<{ ask: AskLedger; again: () => Promise<AskLedger> }> => {
    const location = await maker.newLocation();
    const connect = async (): Promise<AskLedger> => {
      const store = await openTestStore(location);
      stores.push(store);
      return ledgerOf(store);
    };
    const ask = await connect();
    await ask('schedule', { schedule: 'hourly', since: hour(9) });
    await ask('extendLedger', { schedule: 'hourly', intervals: [interval(10), interval(11), interval(12)] });
    return { ask, again: connect };
  };
  const atOnce = async <T>(calls: readonly (() => Promise<T>)[]): Promise<readonly T[]> => {
    if (isConcurrent) return Promise.all(calls.map((call) => call()));
    const answers: T[] = [];
    for (const call of calls) answers.push(await call());
    return answers;
  };
  const states = async (ask: AskLedger): Promise<readonly string[]> => {
    const { intervals } = await ask('ledger', { schedule: 'hourly', limit: 100, offset: 0 });
    return intervals.map(({ to, state }) => `${to.slice(11, 13)} ${state}`).reverse();
  };

  afterAll(async () => {
    for (const store of stores) await store.close();
    await maker.dispose();
  });

  describe(`the ledger in ${name}`, () => {
    it('keeps each interval once, and where it begins, however often it is told', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'a'));
      await ask('endInterval', { claim: 'a', end: sampleEnd(), alerts: [] });
      expect(await ask('extendLedger', { schedule: 'hourly', intervals: [interval(10), interval(12), interval(13)] })).toBe(1);
      expect(await states(ask)).toEqual(['10 done', '11 pending', '12 pending', '13 pending']);
      const record = await ask('schedule', { schedule: 'hourly', since: hour(20) });
      expect(record).toEqual({ schedule: 'hourly', since: hour(9), pausedBy: null, pausedAt: null, lastTo: hour(13) });
    });

    it('gives an interval to one of many that ask at once', async () => {
      const { ask, again } = await open();
      const others = await Promise.all([again(), again(), again()]);
      const claims = await atOnce([ask, ...others].map((one, index) => () => one('claimInterval', claimOf(10, `claim-${String(index)}`))));
      expect(claims.filter((claimed) => claimed !== null)).toMatchObject([
        { to: hour(10), state: 'running', attempts: 1, owner: 'pc (7)' },
      ]);
    });

    it('lets one interval of a schedule run at a time', async () => {
      const { ask } = await open();
      expect(await ask('claimInterval', claimOf(11, 'a'))).not.toBeNull();
      expect(await ask('claimInterval', claimOf(10, 'b'))).toBeNull();
      await ask('endInterval', { claim: 'a', end: sampleEnd(), alerts: [] });
      expect(await ask('claimInterval', claimOf(11, 'b'))).toBeNull();
      expect(await ask('claimInterval', claimOf(10, 'b'))).not.toBeNull();
    });

    it('is not written to by a claim that does not hold any more', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'slept'));
      expect(await ask('beatInterval', { claim: 'slept', runId: 'run-1' })).toBe(true);
      const [seen] = await ask('openIntervals', { schedule: 'hourly' });
      expect(seen).toMatchObject({ claim: 'slept', beat: 1, runId: 'run-1', claimHost: 'pc', claimPid: 7 });
      const died = sampleEnd({ state: 'pending', result: null, reason: 'It died.' });
      expect(await ask('dropClaim', { claim: 'slept', beat: 0, end: died, alerts: [] })).toBe(false);
      expect(await ask('dropClaim', { claim: 'slept', beat: 1, end: died, alerts: [] })).toBe(true);
      await ask('claimInterval', claimOf(10, 'next'));
      expect(await ask('beatInterval', { claim: 'slept', runId: null })).toBe(false);
      expect(await ask('endInterval', { claim: 'slept', end: sampleEnd(), alerts: [sampleAlert(hour(10))] })).toBe(false);
      expect(await states(ask)).toEqual(['10 running', '11 pending', '12 pending']);
      expect(await ask('alerts', { schedule: 'hourly', limit: 10 })).toEqual([]);
      expect((await ask('openIntervals', { schedule: 'hourly' }))[0]).toMatchObject({ attempts: 2 });
    });

    it('holds what an evaluation gave, and asks again what is to be asked again', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'a'));
      const end = sampleEnd({ state: 'incomplete', reason: 'Sources are missing.', nextTryAt: hour(15), result: partialResult() });
      await ask('endInterval', { claim: 'a', end, alerts: [] });
      expect((await ask('openIntervals', { schedule: 'hourly' })).map(({ to }) => to)).toEqual([hour(10), hour(11), hour(12)]);
      const claimed = await ask('claimInterval', claimOf(10, 'b'));
      expect(claimed).toMatchObject({ attempts: 2, result: partialResult(), nextTryAt: null });
      await ask('endInterval', { claim: 'b', end: sampleEnd({ result: sampleResult({ confirmed: 1 }) }), alerts: [] });
      const { intervals, total } = await ask('ledger', { state: 'done', limit: 1, offset: 0 });
      expect(total).toBe(1);
      expect(intervals).toMatchObject([{ to: hour(10), result: sampleResult({ confirmed: 1 }) }]);
    });

    it('a try that was broken off from outside does not count', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'a'));
      const end = sampleEnd({ state: 'pending', result: null, countsAsTry: false });
      await ask('endInterval', { claim: 'a', end, alerts: [] });
      expect((await ask('openIntervals', { schedule: 'hourly' }))[0]).toMatchObject({ state: 'pending', attempts: 0 });
    });

    it('never holds an interval as done without a result', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'a'));
      await expect(ask('endInterval', { claim: 'a', end: sampleEnd({ result: null }), alerts: [] })).rejects.toThrow();
      expect(await states(ask)).toEqual(['10 running', '11 pending', '12 pending']);
    });

    it('a paused schedule gives nothing but what a person asked for', async () => {
      const { ask } = await open();
      await ask('pauseSchedule', { schedule: 'hourly', by: 'X1', at: hour(12) });
      expect(await ask('claimInterval', claimOf(10, 'a'))).toBeNull();
      await ask('missIntervals', { schedule: 'hourly', to: [hour(10)], reason: 'Too old.', at: hour(12), alerts: [] });
      expect(await ask('reopenIntervals', { schedule: 'hourly', to: hour(10), by: 'X2' })).toBe(1);
      expect(await ask('claimInterval', claimOf(10, 'a'))).toMatchObject({ requestedBy: 'X2' });
      await ask('endInterval', { claim: 'a', end: sampleEnd(), alerts: [] });
      await ask('pauseSchedule', { schedule: 'hourly', by: null, at: hour(12) });
      expect(await ask('claimInterval', claimOf(11, 'b'))).not.toBeNull();
    });

    it('gives up only what was never begun, and takes all of that back when a person asks', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'a'));
      await ask('endInterval', { claim: 'a', end: sampleEnd({ state: 'pending', result: null }), alerts: [] });
      const given = { schedule: 'hourly', to: [hour(10), hour(11), hour(12)], reason: 'Too old.', at: hour(13), alerts: [] };
      expect(await ask('missIntervals', given)).toBe(2);
      expect(await states(ask)).toEqual(['10 pending', '11 missed', '12 missed']);
      expect(await ask('ledgerCounts', { schedule: 'hourly' })).toEqual({
        pending: 1,
        running: 0,
        done: 0,
        incomplete: 0,
        failed: 0,
        missed: 2,
      });
      expect(await ask('reopenIntervals', { schedule: 'hourly', by: 'X1' })).toBe(2);
      expect(await states(ask)).toEqual(['10 pending', '11 pending', '12 pending']);
    });

    it('takes back what was evaluated while the clock was ahead, with what it gave, ten times at most', async () => {
      const { ask } = await open();
      for (const number of [11, 12]) {
        await ask('claimInterval', claimOf(number, String(number)));
        await ask('endInterval', { claim: String(number), end: sampleEnd(), alerts: [] });
      }
      const set = { schedule: 'hourly', after: hour(11), reason: 'The clock was ahead.' };
      for (let time = 1; time <= 10; time += 1) {
        expect(await ask('reopenFuture', set)).toBe(1);
        expect(await states(ask)).toEqual(['10 pending', '11 done', '12 pending']);
        expect((await ask('openIntervals', { schedule: 'hourly' })).at(-1)).toMatchObject({ to: hour(12), result: null, runId: null });
        expect(await ask('reopenFuture', set)).toBe(0);
        const claim = `time ${String(time)}`;
        await ask('claimInterval', claimOf(12, claim));
        await ask('endInterval', { claim, end: sampleEnd(), alerts: [] });
      }
      // A clock that is wrong for good: it does not count as evaluated, and is asked again only by a person.
      expect(await ask('reopenFuture', set)).toBe(1);
      const [last] = (await ask('ledger', { schedule: 'hourly', limit: 1, offset: 0 })).intervals;
      expect(last).toMatchObject({ state: 'missed', result: null, reason: expect.stringContaining('more than 10 times') as string });
      expect(await ask('reopenFuture', set)).toBe(0);
      expect(await ask('claimInterval', claimOf(12, 'once more'))).toBeNull();
    });

    it('keeps an alert with what it is about, and tells each reason of an interval once a channel', async () => {
      const { ask } = await open();
      await ask('claimInterval', claimOf(10, 'a'));
      const two = sampleAlert(hour(10), {
        keys: [
          { to: hour(10), reason: 'partial', detail: '' },
          { to: hour(10), reason: 'findings', detail: '2' },
        ],
      });
      await ask('endInterval', { claim: 'a', end: sampleEnd(), alerts: [two] });
      expect(await ask('addAlerts', { schedule: 'hourly', alerts: [two, sampleAlert(hour(10))] })).toBe(0);
      const more = sampleAlert(hour(10), { keys: [{ to: hour(10), reason: 'findings', detail: '3' }] });
      expect(await ask('addAlerts', { schedule: 'hourly', alerts: [more, { ...two, channel: 'command' }] })).toBe(2);
      const waiting = await ask('waitingAlerts', { targets, stuckBefore: hour(0), limit: 10 });
      expect(waiting.map(({ channel, message }) => [channel, message])).toEqual([
        ['webhook', sampleMessage()],
        ['webhook', sampleMessage()],
        ['command', sampleMessage()],
      ]);
    });

    it('gives those alerts that can be sent, however many others are older, and gives up what has waited for too long', async () => {
      const { ask } = await open();
      const many = Array.from({ length: 60 }, (_, index) =>
        sampleAlert(hour(10), { channel: 'desktop', keys: [{ to: hour(10), reason: 'findings', detail: String(index) }], at: hour(10) }),
      );
      await ask('addAlerts', { schedule: 'hourly', alerts: [...many, sampleAlert(hour(10), { at: hour(12) })] });
      await ask('addAlerts', { schedule: 'removed', alerts: [sampleAlert(hour(10), { at: hour(10) })] });
      const waiting = await ask('waitingAlerts', { targets, stuckBefore: hour(0), limit: 50 });
      expect(waiting.map(({ schedule, channel }) => [schedule, channel])).toEqual([['hourly', 'webhook']]);
      expect(await ask('waitingAlerts', { targets: [], stuckBefore: hour(0), limit: 50 })).toEqual([]);
      const expire = { stuckBefore: hour(0), before: hour(11), error: 'Nobody sent it.', at: hour(13) };
      expect(await ask('expireAlerts', { ...expire, targets, which: 'of' })).toBe(0);
      expect(await ask('expireAlerts', { ...expire, targets: [], which: 'of' })).toBe(0);
      expect(await ask('expireAlerts', { ...expire, targets: [...targets, targetOf('desktop')], which: 'all but' })).toBe(1);
      expect(await ask('alerts', { schedule: 'removed', limit: 10 })).toMatchObject([{ state: 'failed', error: 'Nobody sent it.' }]);
      expect(await ask('expireAlerts', { ...expire, targets: [targetOf('desktop')], which: 'of' })).toBe(60);
      expect(await ask('expireAlerts', { ...expire, targets: [], which: 'all but' })).toBe(0);
      expect(await ask('waitingAlerts', { targets, stuckBefore: hour(0), limit: 50 })).toHaveLength(1);
    });

    it('gives an alert to one sender, and to another one when that has gone silent', async () => {
      const { ask, again } = await open();
      await ask('addAlerts', { schedule: 'hourly', alerts: [sampleAlert(hour(10))] });
      const [alert] = await ask('waitingAlerts', { targets, stuckBefore: hour(0), limit: 10 });
      const alertId = alert?.alertId ?? 0;
      const take = { alertId, stuckBefore: hour(12), at: hour(13) };
      const other = await again();
      const taken = await atOnce([() => ask('claimAlert', { ...take, claim: 'a' }), () => other('claimAlert', { ...take, claim: 'b' })]);
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await ask('waitingAlerts', { targets, stuckBefore: hour(13), limit: 10 })).toEqual([]);
      expect(await ask('waitingAlerts', { targets, stuckBefore: hour(14), limit: 10 })).toHaveLength(1);
      expect(await ask('claimAlert', { alertId, claim: 'c', stuckBefore: hour(14), at: hour(14) })).toBe(true);
      expect(await ask('endAlert', { alertId, claim: 'a', error: null, at: hour(14) })).toBe(false);
      expect([await ask('returnAlert', { alertId, claim: 'a' }), await ask('returnAlert', { alertId, claim: 'c' })]).toEqual([false, true]);
      expect(await ask('waitingAlerts', { targets, stuckBefore: hour(0), limit: 10 })).toHaveLength(1);
      expect(await ask('claimAlert', { alertId, claim: 'c', stuckBefore: hour(14), at: hour(14) })).toBe(true);
      expect(await ask('endAlert', { alertId, claim: 'c', error: 'HTTP 500', at: hour(14) })).toBe(true);
      expect(await ask('alerts', { schedule: 'hourly', to: hour(10), limit: 10 })).toMatchObject([
        { channel: 'webhook', reason: 'findings', state: 'failed', error: 'HTTP 500' },
      ]);
    });
  });
}
