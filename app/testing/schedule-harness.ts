/** Programs that run schedules over one ledger, with a clock that moves when a test says so. Analyses are scripted, the ledger is real. */
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import { AbortedError, abortReasonOf } from '../base/abort.ts';
import { type Clock, sleep } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { Store } from '../history/store.ts';
import { type Instant, instantFromMs } from '../model/instant.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import type { AskLedger, Evaluation, SchedulerPorts } from '../schedule/ports.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { FakeClock } from './fake-clock.ts';
import { openTestStore, sqliteStores } from './history-store.ts';
import { ledgerOf } from './ledger-conformance.ts';
import { partialResult, sampleResult } from './ledger-values.ts';

/** What an analysis of an interval gives, and how long it takes. */
export type Script = (interval: LedgerInterval, windowHours: number) => { readonly tookMs: number; readonly evaluation: Evaluation };

/** Every source answered, nobody was found. */
export const allAnswered: Evaluation = { state: 'done', reason: null, result: sampleResult(), mayRetry: false };
/** A source timed out. */
export const oneMissing: Evaluation = {
  state: 'incomplete',
  reason: '1 of 4 sources is missing.',
  result: partialResult(),
  mayRetry: true,
};
/** Nobody answered. */
export const noResult: Evaluation = { state: 'failed', reason: 'The database cannot be reached.', result: null, mayRetry: true };

/** An analysis that came to its end. */
export interface Evaluated {
  readonly program: string;
  readonly schedule: string;
  readonly to: Instant;
  readonly windowHours: number;
  readonly state: Evaluation['state'];
  readonly at: Instant;
}

/** A program that runs schedules. */
export interface Program {
  readonly scheduler: Scheduler;
  /** Gone without a word: no timer of it fires, nothing of it is written any more. */
  crash(): void;
  close(): Promise<void>;
}

/** A ledger and a clock. */
export interface ScheduleHarness {
  readonly clock: FakeClock;
  readonly ask: AskLedger;
  /** Analyses that came to their end, in order. */
  readonly evaluated: readonly Evaluated[];
  script: Script;
  /** While true the ledger cannot be reached. */
  isLedgerAway: boolean;
  /** Set: the ledger answers nothing before this resolves. */
  silence: Promise<void> | undefined;
  /** The one schedule of which the ledger cannot be asked. */
  brokenSchedule: string | undefined;
  start(name: string, schedules: readonly ScheduleConfig[]): Program;
  /** `HH:MM state`, or with the day, the oldest first. */
  states(withDay?: boolean): Promise<readonly string[]>;
  intervals(): Promise<readonly LedgerInterval[]>;
  close(): Promise<void>;
}

/** Makes a ledger of its own. `start` is an ISO 8601 time. */
export async function createScheduleHarness(start: string): Promise<ScheduleHarness> {
  const maker = sqliteStores();
  const store: Store = await openTestStore(await maker.newLocation());
  // Thousands of commits a test; nothing here outlives a loss of power.
  await sql`PRAGMA synchronous = OFF`.execute(store.db);
  const clock = new FakeClock(Date.parse(start));
  const ask = ledgerOf(store);
  const evaluated: Evaluated[] = [];
  const programs: Program[] = [];
  let pid = 0;
  const alive = new Set<number>();
  const harness: ScheduleHarness = {
    clock,
    ask,
    evaluated,
    script: () => ({ tookMs: 60_000, evaluation: allAnswered }),
    isLedgerAway: false,
    silence: undefined,
    brokenSchedule: undefined,
    start: (name, schedules) => {
      const own = (pid += 1);
      alive.add(own);
      const life = mortal(
        clock,
        (method, input) => (harness.silence === undefined ? ask(method, input) : harness.silence.then(() => ask(method, input))),
        (schedule) => harness.isLedgerAway || (schedule !== undefined && schedule === harness.brokenSchedule),
      );
      const ports: SchedulerPorts = {
        clock: life.clock,
        logger: silentLogger,
        ledger: life.ask,
        host: 'pc',
        pid: own,
        isAlive: (other) => alive.has(other),
        newClaim: claims(own),
        evaluate: async ({ schedule, interval, windowHours }, onRun, signal) => {
          onRun(`run-${name}-${interval.to}`);
          const { tookMs, evaluation } = harness.script(interval, windowHours);
          await sleep(life.clock, tookMs, signal);
          if (signal.aborted) throw new AbortedError(abortReasonOf(signal));
          evaluated.push({
            program: name,
            schedule: schedule.name,
            to: interval.to,
            windowHours,
            state: evaluation.state,
            at: instantFromMs(clock.nowMs()),
          });
          return evaluation;
        },
      };
      const scheduler = new Scheduler(ports, { sendWaiting: () => Promise.resolve(false) });
      scheduler.configure(schedules);
      scheduler.start();
      const program: Program = {
        scheduler,
        crash: () => {
          life.end();
          alive.delete(own);
        },
        close: async () => {
          await scheduler.close();
          alive.delete(own);
        },
      };
      programs.push(program);
      return program;
    },
    intervals: async () => {
      const { intervals } = await ask('ledger', { limit: 100_000, offset: 0 });
      return intervals.toReversed();
    },
    states: async (withDay = false) => {
      await turn();
      return (await harness.intervals()).map(({ to, state }) => `${to.slice(withDay ? 5 : 11, 16)} ${state}`);
    },
    close: async () => {
      for (const program of programs) program.crash();
      await store.close();
      await maker.dispose();
    },
  };
  return harness;
}

function claims(pid: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${String(pid)}-${String(count)}`;
  };
}

/** Clock and ledger of a program that can end at any moment: from then on nothing comes back from them. */
function mortal(
  clock: Clock,
  ask: AskLedger,
  isAway: (schedule: string | undefined) => boolean,
): { readonly clock: Clock; readonly ask: AskLedger; end(): void } {
  let hasEnded = false;
  const never = new Promise<never>(() => undefined);
  const unlessEnded = async <T>(promise: Promise<T>): Promise<T> => {
    const value = await promise;
    return hasEnded ? never : value;
  };
  return {
    clock: {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      setTimer: (ms, callback) =>
        clock.setTimer(ms, () => {
          if (!hasEnded) callback();
        }),
    },
    ask: (method, input) => {
      if (hasEnded) return never;
      if (isAway('schedule' in input ? input.schedule : undefined)) return Promise.reject(new Error('the ledger is away'));
      return unlessEnded(ask(method, input));
    },
    end: () => {
      hasEnded = true;
    },
  };
}
