import { describe, expect, it } from 'vitest';
import { initialRunState, reduceRun } from '../../../app/model/run-reducer.ts';
import type { RunEvent, RunState } from '../../../app/model/run.ts';
import { samplePlan } from '../../../app/testing/builders.ts';
import { emptyKindOf, hasRows } from './result-table-state.ts';

const at = '2026-11-20T14:00:00.000000Z';
const plan = samplePlan(4);
const ids = plan.sources.map(({ id }) => id);

/** A run whose four sources answered, the first with so many rows that have no id, and that was merged over so many of them; so many clients are not written alike. */
function answered(nullIds: number, merged: number, alike = 0): RunState {
  const figures = { confirmed: 0, undetermined: 0, clientsInWindow: 0, eventsInWindow: 0, rows: 0, durationMs: 1 };
  const events: RunEvent[] = [
    ...ids.map((source, place): RunEvent => {
      const outcome = { kind: 'completed', rows: 5, bytes: 50, nullIds: place === 0 ? nullIds : 0, nullTimes: 0 } as const;
      return { kind: 'source-ended', at, source, outcome };
    }),
    { kind: 'merged', at, merge: { ...figures, sources: ids.slice(0, merged), rule: { skipped: 0, alike, suppressed: [], expired: [] } } },
    { kind: 'run-ended', at, outcome: 'succeeded' },
  ];
  return events.reduce(reduceRun, initialRunState(plan, at));
}

describe.each(['confirmed', 'undetermined'] as const)('an empty table of %s clients', (kind) => {
  it('is complete where every source answered and every row could take part', () => {
    expect(emptyKindOf(answered(0, 4), { kind }, false)).toBe(`${kind}-complete`);
  });

  it('says that rows could not take part where some have no id', () => {
    expect(emptyKindOf(answered(1, 4), { kind }, false)).toBe(`${kind}-left-out`);
  });

  it('is not known, and not for want of a source, where only the last answers were not evaluated', () => {
    expect(emptyKindOf(answered(0, 3), { kind }, false)).toBe('not-merged');
    expect([hasRows(answered(0, 3), { kind }), hasRows(answered(0, 4), { kind })]).toEqual([false, true]);
  });
});

it('an empty table of confirmed clients says that ids are not written alike where that may hide one', () => {
  expect(emptyKindOf(answered(0, 4, 1), { kind: 'confirmed' }, false)).toBe('confirmed-alike');
  expect(emptyKindOf(answered(0, 4, 1), { kind: 'undetermined' }, false)).toBe('undetermined-complete');
});
