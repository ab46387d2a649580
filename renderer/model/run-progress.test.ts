import { describe, expect, it } from 'vitest';
import { configOf, manyDatabases, oracleDatabases, planOf } from '../testing/fake-plan.ts';
import { FakeRun } from '../testing/fake-run.ts';
import { barSegmentsOf, elapsedMs, progressOf } from './run-progress.ts';

const input = { lastEvent: '2026-11-20T13:00:00.000000Z', windowHours: 24, strict: false, nowMs: 0 };
const newRun = (databases = oracleDatabases): FakeRun =>
  new FakeRun(planOf('run-1', configOf(databases, false), input), 1_000, () => undefined);

describe('progressOf', () => {
  it('counts answers, ends, rows and time', () => {
    const run = newRun();
    run.complete(run.id(0), 100);
    run.running(run.id(1), 50, 10);
    run.end(run.id(2), { kind: 'cancelled', confirmed: true, note: 'Cancelled.' });
    expect(progressOf(run.state, 42_000)).toEqual({ answered: 1, ended: 2, expected: 4, rows: 150, elapsedMs: 41_000 });
  });

  it('stops its clock when the run has ended', () => {
    const run = newRun();
    run.nowMs = 6_000;
    run.cancel(undefined);
    run.finish();
    expect(progressOf(run.state, 99_000).elapsedMs).toBe(5_000);
  });

  it('never counts backwards where two clocks differ', () => {
    expect(elapsedMs('2026-11-20T13:00:00.000000Z', undefined, 0)).toBe(0);
  });
});

describe('barSegmentsOf', () => {
  it('gives every source a segment in the order of the plan', () => {
    const run = newRun();
    run.complete(run.id(1), 1);
    expect(barSegmentsOf(run.state).map((segment) => segment.status)).toEqual(['waiting', 'completed', 'waiting', 'waiting']);
  });

  it('gives every state a segment where there are too many sources to see', () => {
    const run = newRun(manyDatabases(40));
    run.complete(run.id(7), 1);
    expect(barSegmentsOf(run.state)).toEqual([
      { status: 'completed', count: 1 },
      { status: 'waiting', count: 159 },
    ]);
  });
});
