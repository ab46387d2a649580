/** Whatever happens to machine, clock and programs: every interval of the cron line stands in the ledger once, and in a true state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import type { LedgerInterval } from '../model/schedule.ts';
import { sampleSchedule } from '../testing/ledger-values.ts';
import {
  allAnswered,
  createScheduleHarness,
  noResult,
  oneMissing,
  type Program,
  type ScheduleHarness,
} from '../testing/schedule-harness.ts';

const minuteMs = 60_000;

type Step =
  | { readonly kind: 'pass'; readonly minutes: number }
  | { readonly kind: 'sleep'; readonly minutes: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'close' }
  | { readonly kind: 'start' }
  | { readonly kind: 'ledger-away'; readonly minutes: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 45 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sleep' as const), minutes: fc.integer({ min: 5, max: 400 }) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'crash' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'close' as const }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'start' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('ledger-away' as const), minutes: fc.integer({ min: 1, max: 30 }) }) },
  ),
  { minLength: 4, maxLength: 14 },
);

/** Both nights on which clocks change in Berlin, and an ordinary one. */
const starts = fc.constantFrom('2026-03-28T21:07:00Z', '2026-10-24T20:07:00Z', '2026-11-20T09:37:00Z');

/** A line and the ends it must have, worked out apart from the program. */
const lines = fc.constantFrom<readonly [cron: string, isEnd: (ms: number) => boolean]>(
  ['*/20 * * * *', (ms) => ms % (20 * minuteMs) === 0],
  ['7 * * * *', (ms) => (ms - 7 * minuteMs) % (60 * minuteMs) === 0],
);

async function play(harness: ScheduleHarness, cron: string, all: readonly Step[]): Promise<void> {
  const schedule = sampleSchedule({
    cron,
    lagMs: 2 * minuteMs,
    catchUp: { hours: 4, intervals: 5 },
    retry: { times: 2, afterMs: 5 * minuteMs },
  });
  const programs: Program[] = [harness.start('first', [schedule])];
  await harness.clock.advance(minuteMs);
  for (const step of all) {
    if (step.kind === 'pass') await harness.clock.advance(step.minutes * minuteMs);
    else if (step.kind === 'sleep') harness.clock.shiftWall(step.minutes * minuteMs);
    else if (step.kind === 'crash') programs.pop()?.crash();
    else if (step.kind === 'close') await programs.pop()?.close();
    else if (step.kind === 'start' && programs.length < 3) programs.push(harness.start(`program ${String(programs.length)}`, [schedule]));
    else if (step.kind === 'ledger-away') {
      harness.isLedgerAway = true;
      await harness.clock.advance(step.minutes * minuteMs);
      harness.isLedgerAway = false;
    }
  }
  // In the end one program lives and has time.
  harness.script = () => ({ tookMs: minuteMs, evaluation: allAnswered });
  programs.push(harness.start('last', [schedule]));
  await harness.clock.advance(90 * minuteMs);
}

function endsBetween(fromMs: number, toMs: number, isEnd: (ms: number) => boolean): readonly Instant[] {
  const ends: Instant[] = [];
  for (let ms = Math.ceil(fromMs / minuteMs) * minuteMs; ms <= toMs; ms += minuteMs) if (isEnd(ms)) ends.push(instantFromMs(ms));
  return ends;
}

function expectTrue(interval: LedgerInterval, harness: ScheduleHarness): void {
  const evaluations = harness.evaluated.filter(({ to }) => to === interval.to);
  const states = evaluations.map(({ state }) => state);
  if (interval.state === 'done') expect(states).toContain('done');
  if (interval.state === 'incomplete') expect(states).toContain('incomplete');
  if (interval.state === 'failed')
    expect(states.includes('failed') || interval.reason?.includes('ended in the middle') === true).toBe(true);
  if (interval.state === 'missed') {
    // Nobody began it, and it says why.
    expect(evaluations).toEqual([]);
    expect(interval.attempts).toBe(0);
    expect(interval.reason).not.toBeNull();
  }
  if (interval.state === 'pending') expect(states).not.toContain('done');
  // Nothing is evaluated before its end and the lag.
  for (const { at } of evaluations) expect(msOfInstant(at)).toBeGreaterThanOrEqual(msOfInstant(interval.to) + 2 * minuteMs);
  // A result is never one of nothing.
  expect(interval.result !== null).toBe(interval.state === 'done' || interval.state === 'incomplete' || interval.result !== null);
}

describe('for random sequences of sleep, wake, crash and start', () => {
  it('every interval of the cron line is in the ledger exactly once, without a gap, in a true state', async () => {
    await fc.assert(
      fc.asyncProperty(starts, lines, steps, fc.integer({ min: 0, max: 1000 }), async (start, [cron, isEnd], all, salt) => {
        const harness = await createScheduleHarness(start);
        try {
          harness.script = ({ to, attempts }) => {
            const dice = (Math.floor(msOfInstant(to) / minuteMs) * 31 + attempts * 17 + salt) % 10;
            const evaluation = dice < 6 ? allAnswered : dice < 8 ? oneMissing : noResult;
            return { tookMs: (1 + (dice % 4) * 4) * minuteMs, evaluation };
          };
          await play(harness, cron, all);
          const nowMs = harness.clock.nowMs();
          const intervals = await harness.intervals();
          const startMs = Date.parse(start);
          expect(intervals.map(({ to }) => to)).toEqual(endsBetween(startMs + 1, nowMs, isEnd));
          intervals.slice(1).forEach(({ from }, index) => expect(from).toBe(intervals[index]?.to));
          for (const interval of intervals) expectTrue(interval, harness);
          // Nobody was evaluated as done twice.
          const done = harness.evaluated.filter(({ state }) => state === 'done').map(({ to }) => to);
          expect(new Set(done).size).toBe(done.length);
          // With time, nothing that is due is left open.
          const isOpen = ({ state, dueAt }: LedgerInterval): boolean => state === 'pending' && msOfInstant(dueAt) < nowMs - 60 * minuteMs;
          expect(intervals.filter(isOpen)).toEqual([]);
        } finally {
          await harness.close();
        }
      }),
      { numRuns: Number(process.env.CAM_SCHEDULE_HISTORIES ?? 12), seed: 20_261_120 },
    );
  }, 600_000);
});
