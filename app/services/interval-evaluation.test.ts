import { describe, expect, it } from 'vitest';
import { type ErrorCode } from '../model/error-code.ts';
import { failure } from '../model/failure.ts';
import { initialRunState, reduceRun } from '../model/run-reducer.ts';
import type { RunEvent, RunOutcomeKind, RunState, SourceOutcome } from '../model/run.ts';
import { samplePlan } from '../testing/builders.ts';
import { sampleSchedule } from '../testing/ledger-values.ts';
import { evaluationOf, requestOf } from './interval-evaluation.ts';

const at = '2026-11-20T14:00:00.000000Z';
const answered: SourceOutcome = { kind: 'completed', rows: 10, bytes: 100, nullIds: 0, nullTimes: 0 };
const failed = (code: ErrorCode): SourceOutcome => ({ kind: 'failed', failure: failure(code) });

/** A run whose four sources ended so. */
function ended(outcomes: readonly SourceOutcome[], outcome: RunOutcomeKind, more: { readonly isMerged?: boolean } = {}): RunState {
  const plan = samplePlan(4);
  const sources = plan.sources.map(({ id }) => id);
  const events: RunEvent[] = outcomes.map((each, index) => ({ kind: 'source-ended', at, source: sources[index] ?? '', outcome: each }));
  if (more.isMerged !== false) {
    const merge = { confirmed: 2, undetermined: 1, clientsInWindow: 9, eventsInWindow: 20, rows: 40, sources, durationMs: 3 };
    events.push({ kind: 'merged', at, merge });
  }
  events.push({ kind: 'run-ended', at, outcome });
  return events.reduce(reduceRun, initialRunState(plan, at));
}

describe('what a run says about its interval', () => {
  it('is that it is done only where every source answered and everything was merged', () => {
    expect(evaluationOf(ended([answered, answered, answered, answered], 'succeeded'), 'x')).toMatchObject({
      state: 'done',
      reason: null,
      result: { confirmed: 2, answered: 4, expected: 4, missing: [] },
    });
    expect(evaluationOf(ended([answered, answered, answered, answered], 'succeeded', { isMerged: false }), 'x')).toMatchObject({
      state: 'failed',
      reason: 'The results were not merged.',
    });
  });

  it('has no count where the rule was not evaluated to its end, also where it had been merged over fewer answers', () => {
    const all = [answered, answered, answered, answered];
    const broken = ended(all, 'failed');
    for (const state of [ended(all, 'cancelled', { isMerged: false }), { ...broken, failure: failure('engine.crashed') }])
      expect(evaluationOf(state, 'x')).toMatchObject({ state: 'failed', result: { confirmed: null, undetermined: null, answered: 4 } });
  });

  it('is that it is incomplete, with what is missing, where some answered', () => {
    expect(evaluationOf(ended([answered, answered, answered, failed('query.timeout')], 'partial'), 'x')).toMatchObject({
      state: 'incomplete',
      reason: '1 of 4 sources did not answer.',
      mayRetry: true,
      result: { answered: 3, missing: [{ source: 'database_4/query', reason: 'failed', code: 'query.timeout' }] },
    });
  });

  it('is that it failed where nobody answered, and never that nobody was found', () => {
    const nobody = Array.from({ length: 4 }, () => failed('db.unreachable'));
    expect(evaluationOf(ended(nobody, 'failed', { isMerged: false }), 'x')).toMatchObject({ state: 'failed', mayRetry: true });
  });

  it.each<[ErrorCode, boolean]>([
    ['db.unreachable', true],
    ['query.timeout', true],
    ['sql.invalid', false],
    ['db.auth', false],
    ['db.account-locked', false],
  ])('after %s is asked again by itself: %s', (code, mayRetry) => {
    expect(evaluationOf(ended([answered, answered, answered, failed(code)], 'partial'), 'x').mayRetry).toBe(mayRetry);
  });

  it('with one refused logon is not asked again, although another source might answer', () => {
    expect(evaluationOf(ended([answered, answered, failed('db.unreachable'), failed('db.auth')], 'partial'), 'x').mayRetry).toBe(false);
  });

  it('that was cancelled is not asked again by itself', () => {
    const cancelled: SourceOutcome = { kind: 'cancelled', confirmed: true, note: 'Cancelled by X1.' };
    expect(evaluationOf(ended([answered, answered, answered, cancelled], 'cancelled'), 'x')).toMatchObject({
      state: 'incomplete',
      reason: 'The run was cancelled.',
      mayRetry: false,
    });
  });
});

it('a schedule asks for exactly what stands in it', () => {
  const schedule = sampleSchedule({ databases: ['eu'], partitions: { region: ['eu'] }, strict: true, rule: 'ato_three_of_four' });
  expect(requestOf(schedule, at, 25)).toEqual({
    lastEvent: at,
    zone: 'Europe/Berlin',
    windowHours: 25,
    strict: true,
    rule: 'ato_three_of_four',
    databases: ['eu'],
    partitions: { region: ['eu'] },
  });
});
