import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleSchedule, tellEverything } from '../testing/ledger-values.ts';
import {
  allAnswered,
  createScheduleHarness,
  noResult,
  oneMissing,
  type Program,
  type ScheduleHarness,
} from '../testing/schedule-harness.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
let harness: ScheduleHarness;

async function at(start: string): Promise<void> {
  await harness.close();
  harness = await createScheduleHarness(start);
}

beforeEach(async () => {
  harness = await createScheduleHarness('2026-11-20T09:30:00Z');
});

afterEach(async () => {
  await harness.close();
});

describe('a schedule', () => {
  it('begins with the interval that it is started in, and evaluates each at its end with that as T', async () => {
    harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(29 * minuteMs);
    expect(await harness.states()).toEqual([]);
    await harness.clock.advance(2 * hourMs);
    expect(await harness.intervals()).toMatchObject([
      {
        from: '2026-11-20T09:00:00.000000Z',
        to: '2026-11-20T10:00:00.000000Z',
        state: 'done',
        attempts: 1,
        runId: expect.any(String) as string,
      },
      { from: '2026-11-20T10:00:00.000000Z', to: '2026-11-20T11:00:00.000000Z', state: 'done', owner: 'pc (1)' },
    ]);
    expect(harness.evaluated.map(({ to, windowHours }) => [to, windowHours])).toEqual([
      ['2026-11-20T10:00:00.000000Z', 24],
      ['2026-11-20T11:00:00.000000Z', 24],
    ]);
  });

  it('waits its lag before an interval is evaluated, so that late rows are in', async () => {
    harness.start('window', [sampleSchedule({ lagMs: 15 * minuteMs })]);
    await harness.clock.advance(44 * minuteMs);
    expect(await harness.states()).toEqual(['10:00 pending']);
    await harness.clock.advance(3 * minuteMs);
    expect(await harness.states()).toEqual(['10:00 done']);
  });

  it('finds after a sleep what was left, and catches it up, the oldest first', async () => {
    harness.start('laptop', [sampleSchedule()]);
    await harness.clock.advance(hourMs);
    harness.clock.shiftWall(5 * hourMs);
    await harness.clock.advance(minuteMs);
    expect(await harness.states()).toEqual([
      '10:00 done',
      '11:00 running',
      '12:00 pending',
      '13:00 pending',
      '14:00 pending',
      '15:00 pending',
    ]);
    await harness.clock.advance(10 * minuteMs);
    expect(harness.evaluated.map(({ to }) => to.slice(11, 13))).toEqual(['10', '11', '12', '13', '14', '15']);
  });

  it('lists what is too old to be caught up as missed, with the reason', async () => {
    harness.start('laptop', [sampleSchedule({ catchUp: { hours: 4, intervals: 2 } })]);
    await harness.clock.advance(hourMs);
    harness.clock.shiftWall(8 * hourMs);
    await harness.clock.advance(20 * minuteMs);
    expect((await harness.intervals()).map(({ to, state, reason }) => [to.slice(11, 13), state, reason])).toEqual([
      ['10', 'done', null],
      ['11', 'missed', 'No program ran it within 4 h of its end.'],
      ['12', 'missed', 'No program ran it within 4 h of its end.'],
      ['13', 'missed', 'No program ran it within 4 h of its end.'],
      ['14', 'missed', 'No program ran it within 4 h of its end.'],
      ['15', 'missed', 'More than 2 intervals were to be caught up; the oldest were left out.'],
      ['16', 'done', null],
      ['17', 'done', null],
      ['18', 'done', null],
    ]);
  });

  it('misses, where it is told to skip, what comes due while another interval runs', async () => {
    harness.script = () => ({ tookMs: 90 * minuteMs, evaluation: allAnswered });
    harness.start('window', [sampleSchedule({ overlap: 'skip' })]);
    await harness.clock.advance(3 * hourMs);
    expect(await harness.states()).toEqual(['10:00 done', '11:00 missed', '12:00 running']);
  });

  it('asks an incomplete interval again, a bounded number of times', async () => {
    harness.script = () => ({ tookMs: minuteMs, evaluation: oneMissing });
    harness.start('window', [sampleSchedule({ zone: 'UTC', cron: '0 10 * * *', retry: { times: 2, afterMs: 10 * minuteMs } })]);
    await harness.clock.advance(5 * hourMs);
    expect(await harness.intervals()).toMatchObject([
      {
        state: 'incomplete',
        attempts: 3,
        nextTryAt: null,
        reason: '1 of 4 sources is missing.',
        result: { missing: [{ source: 'client/tokens' }] },
      },
    ]);
  });

  it('is done once the missing source has answered, and not before', async () => {
    let tries = 0;
    harness.script = () => ({ tookMs: minuteMs, evaluation: (tries += 1) < 3 ? oneMissing : allAnswered });
    harness.start('window', [sampleSchedule({ zone: 'UTC', cron: '0 11 * * *', alerts: [tellEverything] })]);
    await harness.clock.advance(95 * minuteMs);
    expect(await harness.states()).toEqual(['11:00 incomplete']);
    await harness.clock.advance(hourMs);
    expect(await harness.intervals()).toMatchObject([{ state: 'done', attempts: 3, result: { missing: [] } }]);
    const alerts = await harness.ask('alerts', { schedule: 'hourly', limit: 10 });
    expect(alerts.map(({ reason }) => reason).reverse()).toEqual(['partial', 'recovered']);
  });

  it('does not ask again what must not be repeated', async () => {
    harness.script = () => ({ tookMs: minuteMs, evaluation: { ...noResult, mayRetry: false } });
    harness.start('window', [sampleSchedule({ zone: 'UTC', cron: '0 10 * * *' })]);
    await harness.clock.advance(5 * hourMs);
    expect(await harness.intervals()).toMatchObject([{ state: 'failed', attempts: 1, nextTryAt: null }]);
  });

  it('paused evaluates nothing, goes on listing, and catches up when it is let go on', async () => {
    const { scheduler } = harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(minuteMs);
    await harness.ask('pauseSchedule', { schedule: 'hourly', by: 'X1', at: '2026-11-20T09:31:00.000000Z' });
    await harness.clock.advance(2 * hourMs);
    expect(await harness.states()).toEqual(['10:00 pending', '11:00 pending']);
    await harness.ask('pauseSchedule', { schedule: 'hourly', by: null, at: '2026-11-20T11:31:00.000000Z' });
    await scheduler.tick();
    await harness.clock.advance(5 * minuteMs);
    expect(await harness.states()).toEqual(['10:00 done', '11:00 done']);
  });

  it('goes on where the ledger ends when its cron line was changed: no moment is left out', async () => {
    const program = harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(hourMs);
    program.scheduler.configure([sampleSchedule({ cron: '*/20 * * * *' })]);
    await harness.clock.advance(hourMs);
    const intervals = await harness.intervals();
    expect(intervals.map(({ to }) => to.slice(11, 16))).toEqual(['10:00', '10:20', '10:40', '11:00', '11:20']);
    intervals.slice(1).forEach((interval, index) => {
      expect(interval.from).toBe(intervals[index]?.to);
    });
  });

  it('says nothing of an interval as long as the ledger cannot be reached, and catches up afterwards', async () => {
    const { scheduler } = harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(40 * minuteMs);
    harness.isLedgerAway = true;
    await harness.clock.advance(2 * hourMs);
    expect(scheduler.failure).toBeDefined();
    expect(harness.evaluated).toHaveLength(1);
    harness.isLedgerAway = false;
    await harness.clock.advance(10 * minuteMs);
    expect(scheduler.failure).toBeUndefined();
    expect(await harness.states()).toEqual(['10:00 done', '11:00 done', '12:00 done']);
  });

  it('writes the end of an evaluation down later when the ledger is away at that moment', async () => {
    harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(30 * minuteMs + 1000);
    harness.isLedgerAway = true;
    await harness.clock.advance(10 * minuteMs);
    expect(harness.evaluated).toHaveLength(1);
    expect(await harness.states()).toEqual(['10:00 running']);
    harness.isLedgerAway = false;
    await harness.clock.advance(minuteMs);
    expect(await harness.intervals()).toMatchObject([{ state: 'done', attempts: 1 }]);
  });
});

describe('nights on which clocks change, in Berlin', () => {
  it('an interval whose end does not exist ends when the clocks have jumped, once', async () => {
    await at('2026-03-28T22:00:00Z');
    harness.start('server', [sampleSchedule({ cron: '30 2 * * *' })]);
    await harness.clock.advance(4 * hourMs);
    harness.clock.shiftWall(21 * hourMs);
    await harness.clock.advance(2 * hourMs);
    expect((await harness.intervals()).map(({ to, state }) => `${to.slice(5, 16)} ${state}`)).toEqual([
      '03-29T01:00 done',
      '03-30T00:30 done',
    ]);
  });

  it('an interval whose end exists twice ends at the first, and the longer one after it is looked at whole', async () => {
    await at('2026-10-25T00:00:00Z');
    harness.start('server', [sampleSchedule({ cron: '30 2 * * *' })]);
    await harness.clock.advance(3 * hourMs);
    harness.clock.shiftWall(21 * hourMs);
    await harness.clock.advance(2 * hourMs);
    expect(harness.evaluated.map(({ to, windowHours }) => `${to.slice(5, 16)} ${String(windowHours)} h`)).toEqual([
      '10-25T00:30 24 h',
      '10-26T01:30 25 h',
    ]);
  });

  it.each([
    ['forward', '2026-03-28T22:10:00Z'],
    ['back', '2026-10-24T21:10:00Z'],
  ])('set %s, an hourly schedule has one interval for each hour that passes', async (_, start) => {
    await at(start);
    harness.start('server', [sampleSchedule({ cron: '0 * * * *' })]);
    await harness.clock.advance(8 * hourMs);
    const ends = (await harness.intervals()).map(({ to }) => Date.parse(to));
    expect(ends).toHaveLength(8);
    expect(new Set(ends.slice(1).map((end, index) => end - (ends[index] ?? 0)))).toEqual(new Set([hourMs]));
    expect(new Set(await harness.states()).size).toBe(8);
  });

  it.each(['2026-03-28T20:00:00Z', '2026-10-24T20:00:00Z'])('slept through (%s), nothing is left out or told twice', async (start) => {
    await at(start);
    harness.start('laptop', [sampleSchedule({ cron: '30 2,3 * * *' })]);
    await harness.clock.advance(minuteMs);
    harness.clock.shiftWall(30 * hourMs);
    await harness.clock.advance(10 * minuteMs);
    const ends = harness.evaluated.map(({ to }) => to.slice(5, 16));
    // 02:30 and 03:30 of the Sunday, and of the Monday: in spring 02:30 is 03:00, in autumn the first 02:30.
    expect(ends).toEqual(
      start.startsWith('2026-03')
        ? ['03-29T01:00', '03-29T01:30', '03-30T00:30', '03-30T01:30']
        : ['10-25T00:30', '10-25T02:30', '10-26T01:30'],
    );
  });
});

describe('a clock that is set', () => {
  it('back, evaluates again what lies ahead then, after its end: nobody knows which of the two times was right', async () => {
    harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(2.5 * hourMs + 2 * minuteMs);
    expect(harness.evaluated.map(({ to }) => to.slice(11, 13))).toEqual(['10', '11', '12']);
    harness.clock.shiftWall(-90 * minuteMs);
    await harness.clock.advance(20 * minuteMs);
    expect(await harness.states()).toEqual(['10:00 done', '11:00 pending', '12:00 pending']);
    await harness.clock.advance(2 * hourMs);
    expect(await harness.states()).toEqual(['10:00 done', '11:00 done', '12:00 done']);
    expect(harness.evaluated.map(({ to }) => to.slice(11, 13))).toEqual(['10', '11', '12', '11', '12']);
  });

  it.each([-120_000, 120_000])('by %i ms, as clocks are every day, changes nothing', async (ms) => {
    harness.start('window', [sampleSchedule({ cron: '*/10 * * * *' })]);
    await harness.clock.advance(65 * minuteMs);
    harness.clock.shiftWall(ms);
    await harness.clock.advance(65 * minuteMs);
    const ends = harness.evaluated.map(({ to }) => to);
    expect(new Set(ends).size).toBe(ends.length);
  });

  it('ahead and back, does not leave as done what was evaluated before its end', async () => {
    harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(minuteMs);
    harness.clock.shiftWall(6 * hourMs);
    await harness.clock.advance(10 * minuteMs);
    expect(await harness.states()).toContain('14:00 done');
    harness.clock.shiftWall(-6 * hourMs);
    await harness.clock.advance(30 * minuteMs);
    expect(await harness.states()).toEqual([
      '10:00 done',
      '11:00 pending',
      '12:00 pending',
      '13:00 pending',
      '14:00 pending',
      '15:00 pending',
    ]);
    await harness.clock.advance(6 * hourMs);
    expect(await harness.states()).toEqual(['10', '11', '12', '13', '14', '15', '16'].map((hour) => `${hour}:00 done`));
    // Each of those was evaluated again after its end.
    const times = Map.groupBy(harness.evaluated, ({ to }) => to.slice(11, 13));
    expect([...times].map(([hour, all]) => `${hour} ${String(all.length)}`)).toEqual([
      '10 2',
      '11 2',
      '12 2',
      '13 2',
      '14 2',
      '15 2',
      '16 1',
    ]);
  });
});

describe('programs that share a ledger', () => {
  it('evaluate each interval once', async () => {
    for (const name of ['a', 'b', 'c']) harness.start(name, [sampleSchedule({ cron: '*/10 * * * *' })]);
    await harness.clock.advance(5 * hourMs + 2 * minuteMs);
    const ends = harness.evaluated.map(({ to }) => to);
    expect(ends).toHaveLength(30);
    expect(new Set(ends).size).toBe(30);
    expect(ends).toEqual(ends.toSorted());
  });

  it('see that one of them died in the middle of an interval, and evaluate it', async () => {
    harness.script = () => ({ tookMs: 20 * minuteMs, evaluation: allAnswered });
    const first = harness.start('first', [sampleSchedule()]);
    await harness.clock.advance(31 * minuteMs);
    expect(await harness.states()).toEqual(['10:00 running']);
    first.crash();
    harness.start('second', [sampleSchedule()]);
    await harness.clock.advance(minuteMs);
    expect(await harness.intervals()).toMatchObject([{ state: 'running', attempts: 2, owner: 'pc (2)' }]);
    await harness.clock.advance(25 * minuteMs);
    expect(harness.evaluated).toMatchObject([{ program: 'second', state: 'done' }]);
    expect(await harness.intervals()).toMatchObject([{ state: 'done', attempts: 2 }]);
  });

  it('end an interval as failed when every program dies in the middle of it', async () => {
    harness.script = () => ({ tookMs: 20 * minuteMs, evaluation: allAnswered });
    for (let number = 1; number <= 4; number += 1) {
      const program = harness.start(String(number), [
        sampleSchedule({ zone: 'UTC', cron: '0 10 * * *', retry: { times: 3, afterMs: minuteMs } }),
      ]);
      await harness.clock.advance(31 * minuteMs - (number === 1 ? 0 : 21 * minuteMs));
      program.crash();
    }
    harness.start('5', [sampleSchedule({ zone: 'UTC', cron: '0 10 * * *' })]);
    await harness.clock.advance(hourMs);
    expect(await harness.intervals()).toMatchObject([
      { state: 'failed', attempts: 4, reason: 'The program that evaluated it ended in the middle, 4 times; last pc (4).', result: null },
    ]);
  });

  it('take over from a program that is silent, whose result does not count afterwards', async () => {
    harness.script = () => ({ tookMs: 30 * minuteMs, evaluation: noResult });
    const sleeper = await createSleeper();
    harness.script = () => ({ tookMs: minuteMs, evaluation: allAnswered });
    harness.start('other', [sampleSchedule()]);
    await harness.clock.advance(4 * minuteMs);
    expect(await harness.intervals()).toMatchObject([{ state: 'done', attempts: 2 }]);
    // The one that was taken for dead writes what it has found.
    expect(await sleeper()).toBe(false);
    expect(await harness.intervals()).toMatchObject([{ state: 'done', attempts: 2 }]);
  });

  it('give an interval back when they are closed, as if it had not begun', async () => {
    harness.script = () => ({ tookMs: 20 * minuteMs, evaluation: allAnswered });
    const program = harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(31 * minuteMs);
    await program.close();
    expect(await harness.intervals()).toMatchObject([
      { state: 'pending', attempts: 0, reason: 'The program was closed while it ran.', result: null },
    ]);
  });
});

/** A claim of a machine that went to sleep: it says nothing any more, and nobody here knows its process. */
async function createSleeper(): Promise<() => Promise<boolean>> {
  await harness.ask('schedule', { schedule: 'hourly', since: '2026-11-20T08:00:00.000000Z' });
  const to = '2026-11-20T09:00:00.000000Z';
  await harness.ask('extendLedger', { schedule: 'hourly', intervals: [{ from: '2026-11-20T08:00:00.000000Z', to, dueAt: to }] });
  await harness.ask('claimInterval', { schedule: 'hourly', to, claim: 'asleep', host: 'laptop', pid: 99, at: to });
  return () =>
    harness.ask('endInterval', {
      claim: 'asleep',
      end: { state: 'failed', reason: 'x', nextTryAt: null, endedAt: to, result: null, countsAsTry: true },
      alerts: [],
    });
}

describe('a program that is closed while the ledger is silent', () => {
  /** Whether the program ends within ten seconds. */
  async function closes(program: Program): Promise<boolean> {
    let isClosed = false;
    void program.close().then(() => (isClosed = true));
    await harness.clock.advance(10_000);
    return isClosed;
  }

  it.each([
    ['the ledger was asked something before', minuteMs],
    ['it is only asked to take an interval back', 0],
  ])('breaks its evaluation off and ends, where %s; another program takes the interval up', async (_what, silentMs) => {
    harness.script = () => ({ tookMs: 20 * minuteMs, evaluation: allAnswered });
    const program = harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(31 * minuteMs);
    harness.silence = new Promise(() => undefined);
    await harness.clock.advance(silentMs);
    expect(await closes(program)).toBe(true);
    harness.silence = undefined;
    expect(await harness.states()).toEqual(['10:00 running']);
    harness.script = () => ({ tookMs: minuteMs, evaluation: allAnswered });
    harness.start('next', [sampleSchedule()]);
    await harness.clock.advance(10 * minuteMs);
    expect(await harness.states()).toEqual(['10:00 done']);
  });

  it('begins nothing when the ledger answers after all, and gives back what it was given', async () => {
    const program = harness.start('window', [sampleSchedule()]);
    await harness.clock.advance(29 * minuteMs);
    const answer = Promise.withResolvers<undefined>();
    harness.silence = answer.promise;
    await harness.clock.advance(2 * minuteMs);
    expect(await closes(program)).toBe(true);
    answer.resolve(undefined);
    await harness.clock.advance(10 * minuteMs);
    expect(harness.evaluated).toEqual([]);
    expect(await harness.intervals()).toMatchObject([{ state: 'pending', attempts: 0, reason: 'The program was closed while it ran.' }]);
  });
});

describe('a schedule that cannot be looked at', () => {
  it('holds up neither the others nor the alerts, and is told as long as it lasts', async () => {
    harness.brokenSchedule = 'broken';
    const { scheduler } = harness.start('window', [sampleSchedule({ name: 'broken' }), sampleSchedule()]);
    await harness.clock.advance(70 * minuteMs);
    expect(harness.evaluated.map(({ schedule }) => schedule)).toContain('hourly');
    expect(scheduler.failure).toBeDefined();
    harness.brokenSchedule = undefined;
    await harness.clock.advance(70 * minuteMs);
    expect(scheduler.failure).toBeUndefined();
    expect(harness.evaluated.map(({ schedule }) => schedule)).toContain('broken');
  });

  it('does not keep a program that runs what is due and ends from waiting for the others', async () => {
    harness.brokenSchedule = 'broken';
    const { scheduler } = harness.start('cam', [sampleSchedule({ name: 'broken' }), sampleSchedule()]);
    await harness.clock.advance(hourMs);
    harness.clock.shiftWall(hourMs);
    const settled = scheduler.settle(new AbortController().signal);
    await harness.clock.advance(10 * minuteMs);
    await settled;
    expect(await harness.states()).toEqual(['10:00 done', '11:00 done']);
  });
});

describe('alerts of a schedule', () => {
  const told = async (): Promise<readonly string[]> =>
    (await harness.ask('alerts', { schedule: 'hourly', limit: 100 }))
      .map(({ to, reason, state }) => `${to.slice(11, 13)} ${reason} ${state}`)
      .reverse();

  it('are written down with the end of an interval: findings, and what is missing', async () => {
    harness.script = (interval) => ({
      tookMs: minuteMs,
      evaluation: interval.to.includes('T10')
        ? { ...oneMissing, mayRetry: false, result: { ...oneMissing.result!, confirmed: 2 } }
        : { ...noResult, mayRetry: false },
    });
    harness.start('window', [sampleSchedule({ alerts: [tellEverything] })]);
    await harness.clock.advance(100 * minuteMs);
    expect(await told()).toEqual(['10 findings waiting', '10 partial joined', '11 failure waiting']);
    const messages = await harness.ask('waitingAlerts', {
      targets: [{ schedule: 'hourly', channel: 'desktop' }],
      stuckBefore: '',
      limit: 10,
    });
    expect(messages.map(({ message }) => message.summary)).toEqual([
      'Schedule hourly, 2026-11-20 10:00 to 11:00 Europe/Berlin: 2 clients are confirmed; the answer is incomplete, 1 of 4 sources missing: client/tokens (timeout).',
      'Schedule hourly, 2026-11-20 11:00 to 12:00 Europe/Berlin: no result (The database cannot be reached).',
    ]);
  });

  it('about what is late or was not run come in one for all intervals of a sleep', async () => {
    harness.start('laptop', [sampleSchedule({ catchUp: { hours: 4, intervals: 100 }, alerts: [tellEverything] })]);
    await harness.clock.advance(hourMs);
    harness.clock.shiftWall(6 * hourMs);
    await harness.clock.advance(minuteMs);
    expect(await told()).toEqual([
      '12 not_run waiting',
      '11 not_run joined',
      '16 late waiting',
      '15 late joined',
      '14 late joined',
      '13 late joined',
    ]);
    const messages = await harness.ask('waitingAlerts', {
      targets: [{ schedule: 'hourly', channel: 'desktop' }],
      stuckBefore: '',
      limit: 10,
    });
    expect(messages.map(({ message }) => message.summary)).toEqual([
      'Schedule hourly, 2026-11-20 12:00 to 13:00 Europe/Berlin: 2 intervals up to it were not evaluated (No program ran it within 4 h of its end); nothing is known about them.',
      'Schedule hourly, 2026-11-20 16:00 to 17:00 Europe/Berlin: 4 intervals up to it were not begun in time; nothing is known about them yet.',
    ]);
    await harness.clock.advance(10 * minuteMs);
    // What was told as late is told once more when it is done.
    expect((await told()).slice(6)).toEqual([
      '13 recovered waiting',
      '14 recovered waiting',
      '15 recovered waiting',
      '16 recovered waiting',
    ]);
  });
});
