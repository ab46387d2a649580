import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../app/model/failure.ts';
import { initialRunState } from '../../app/model/run-reducer.ts';
import type { NumberedRunEvent, RunState } from '../../app/model/run.ts';
import { configOf, oracleDatabases, planOf } from '../testing/fake-plan.ts';
import { FakeRun } from '../testing/fake-run.ts';
import { applyEvents } from './apply-events.ts';

const input = { lastEvent: '2026-11-20T13:00:00.000000Z', windowHours: 24, strict: false, nowMs: 0 };
const plan = planOf('run-1', configOf(oracleDatabases, false), input);

/** A run moved by random steps; its events are in the order and with the numbers of a real one. */
const anyRun = fc
  .array(
    fc.record({ place: fc.nat({ max: 3 }), step: fc.constantFrom('run', 'progress', 'progress', 'progress', 'complete', 'fail', 'merge') }),
    {
      maxLength: 120,
    },
  )
  .map((steps) => {
    const run = new FakeRun(plan, 0, () => undefined);
    for (const { place, step } of steps) {
      const id = run.id(place);
      run.nowMs += 10;
      if (step === 'merge') run.merge(place, 1);
      else if (run.state.sources[id]?.outcome !== undefined) run.emit({ kind: 'run-resumed', sources: [id] });
      else if (step === 'run') run.running(id, 0, 0, (run.state.sources[id]?.attempt ?? 0) + 1);
      else if (step === 'progress') run.progress(id, run.nowMs, 5);
      else if (step === 'complete') run.complete(id, run.nowMs);
      else run.fail(id, 'failed', failure('db.busy'));
    }
    return run;
  });

const start = (): { state: RunState; seq: number } => ({ state: initialRunState(plan, '1970-01-01T00:00:00.000000Z'), seq: 0 });

describe('applyEvents', () => {
  it('comes to the same state however a run’s events are cut into bursts', () => {
    fc.assert(
      fc.property(anyRun, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (run, sizes) => {
        let position = start();
        let left: readonly NumberedRunEvent[] = run.events;
        for (let turn = 0; left.length > 0; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          const applied = applyEvents(position, left.slice(0, size), 1_000);
          expect(applied.gap).toBe(false);
          position = applied;
          left = left.slice(size);
        }
        expect(position).toMatchObject({ state: run.state, seq: run.seq });
      }),
    );
  });

  it('comes to the same state in small portions', () => {
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 1, max: 5 }), (run, limit) => {
        let applied = applyEvents(start(), run.events, limit);
        for (let turn = 0; applied.rest.length > 0 && turn < 500; turn += 1) applied = applyEvents(applied, applied.rest, limit);
        expect(applied.seq).toBe(run.seq);
        expect(applied.state).toEqual(run.state);
      }),
    );
  });

  it('stops before a missing number and keeps what comes after it', () => {
    fc.assert(
      fc.property(anyRun, fc.nat({ max: 200 }), (run, place) => {
        fc.pre(run.events.length > 2);
        const lost = place % (run.events.length - 1);
        const applied = applyEvents(
          start(),
          run.events.filter((_, index) => index !== lost),
          1_000,
        );
        expect([applied.gap, applied.seq, applied.rest[0]?.seq]).toEqual([true, lost, lost + 2]);
      }),
    );
  });

  it('passes over events that a snapshot already holds', () => {
    const run = new FakeRun(plan, 0, () => undefined);
    run.running(run.id(0), 100, 10);
    run.complete(run.id(0), 100);
    const applied = applyEvents({ state: run.state, seq: run.seq }, run.events, 1_000);
    expect(applied).toEqual({ state: run.state, seq: run.seq, rest: [], gap: false });
  });

  it('asks for a snapshot instead of throwing when an event does not fit the state', () => {
    const run = new FakeRun(plan, 0, () => undefined);
    run.complete(run.id(0), 100);
    const { source } = run.state.sources[run.id(0)]!;
    const event = { kind: 'source-progress', at: run.at(), source: source.id, rows: 1, bytes: 1, rowsPerSecond: 1 } as const;
    const applied = applyEvents({ state: run.state, seq: run.seq }, [{ runId: 'run-1', seq: run.seq + 1, event }], 10);
    expect([applied.gap, applied.rest.length]).toEqual([true, 1]);
  });
});
