import { describe, expect, it } from 'vitest';
import type { RunDetail } from '../../app/model/history-pages.ts';
import { sampleAttempt, sampleExecution, sampleRun } from '../../app/testing/history-events.ts';
import { timelineOf } from './run-timeline.ts';

const second = (count: number): string => `2026-11-20T14:00:${String(count).padStart(2, '0')}.000000Z`;

/** One source, tried twice with a wait between. */
function detailOf(change: Partial<RunDetail['run']> = {}): RunDetail {
  const run = { ...sampleRun({ startedAt: second(0), completedAt: second(10), ...change }), id: 1 };
  const [source] = run.plan.sources;
  const names = { databaseName: source!.database, queryName: source!.query };
  const execution = { ...sampleExecution({ startedAt: second(0), completedAt: second(10), ...names }), id: 1 };
  const attempts = [
    sampleAttempt(execution, { status: 'failed', errorCode: 'ORA-03113', startedAt: second(0), completedAt: second(2) }),
    sampleAttempt(execution, { attempt: 2, startedAt: second(5), completedAt: second(10) }),
  ];
  return { run, executions: [{ execution, attempts }] };
}

describe('timelineOf', () => {
  it('places attempts and the waits between them on the scale of the run', () => {
    const { lanes, ticks } = timelineOf(detailOf(), 0);
    expect(lanes).toHaveLength(1);
    expect(lanes[0]?.bars.map(({ from, to, outcome }) => [from, to, outcome])).toEqual([
      [0, 0.2, 'failed'],
      [0.5, 1, 'success'],
    ]);
    expect(lanes[0]?.waits).toEqual([{ from: 0.2, to: 0.5, seconds: 3 }]);
    expect(ticks.map(({ seconds }) => seconds)).toEqual([0, 2, 4, 6, 8, 10]);
  });

  it('lets what still runs go up to now', () => {
    const detail = detailOf({ outcome: null, completedAt: null });
    const [first] = detail.executions;
    const open = {
      execution: { ...first!.execution, status: null, completedAt: null },
      attempts: [{ ...first!.attempts[0]!, status: null, completedAt: null }],
    };
    const { lanes } = timelineOf({ ...detail, executions: [open] }, Date.parse('2026-11-20T14:00:20Z'));
    expect(lanes[0]?.bars).toMatchObject([{ from: 0, to: 1, seconds: 20, outcome: 'running' }]);
  });

  it('draws hours before a run was completed as a short break', () => {
    const detail = detailOf();
    const [first] = detail.executions;
    const later = '2026-11-20T17:00:00.000000Z';
    const end = '2026-11-20T17:00:10.000000Z';
    const again = {
      execution: { ...first!.execution, executionId: 'run-1:1:2', startedAt: later, completedAt: end },
      attempts: [{ ...first!.attempts[0]!, startedAt: later, completedAt: end }],
    };
    const { lanes, breaks, ticks } = timelineOf({ ...detail, executions: [first!, again] }, 0);
    expect(breaks).toHaveLength(1);
    expect(breaks[0]!.to - breaks[0]!.from).toBeCloseTo(1 / 21);
    expect(breaks[0]!.seconds).toBe(3 * 3600 - 10);
    const last = lanes[0]!.bars.at(-1)!;
    expect([last.round, last.to]).toEqual([2, 1]);
    expect(last.to - last.from).toBeCloseTo(10 / 21);
    expect(Math.max(...ticks.map(({ at }) => at))).toBeLessThan(0.5);
  });

  it('names a planned source that never started, with the reason', () => {
    const detail = detailOf();
    const { source } = { source: detail.run.plan.sources[0]!.id };
    const missing = [
      { source, database: 'd', query: 'q', changeType: null, reason: 'skipped', message: 'Left alone.', window: detail.run.plan.window },
    ] as const;
    const { lanes } = timelineOf({ run: { ...detail.run, missing }, executions: [] }, 0);
    expect(lanes).toMatchObject([{ source, bars: [], neverStarted: 'Left alone.' }]);
  });
});
