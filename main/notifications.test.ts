import { describe, expect, it } from 'vitest';
import type { MissingSource, RunEvent, RunOutcomeKind } from '../app/model/run.ts';
import { samplePlan } from '../app/testing/builders.ts';
import { missingSource } from '../app/testing/engine-harness.ts';
import { notifyRunEnded } from './notifications.ts';

function shownFor(event: RunEvent, isFocused = false, missing: readonly MissingSource[] = [], filters: readonly string[] = []): string[] {
  const shown: string[] = [];
  notifyRunEnded(
    { runId: 'r1', seq: 1, event },
    { missing, filters, zone: 'UTC' },
    { isFocused: () => isFocused, show: (_title, body) => shown.push(body) },
  );
  return shown;
}

const ended = (outcome: RunOutcomeKind): RunEvent => ({ kind: 'run-ended', at: '2026-11-20T14:00:00.000000Z', outcome });

describe('a notification', () => {
  it('tells how a run ended, and never that all is well while something is missing', () => {
    expect(shownFor(ended('succeeded'))).toEqual(['The analysis is complete: every source has answered.']);
    expect(shownFor(ended('partial'))).toEqual(['The analysis has ended with sources missing; clients may be undetermined.']);
    expect(shownFor(ended('failed'))).toEqual(['The analysis has failed: there is no result to rely on.']);
    expect(shownFor(ended('cancelled'))).toEqual(['The analysis was cancelled.']);
  });

  it('names what is missing with its error and the time that stays open; beyond three the others are counted', () => {
    const plan = samplePlan(5);
    const missing = plan.sources.map(({ id }) =>
      missingSource(plan, id, { reason: 'timeout', code: 'ORA-01013', message: 'It took too long.' }),
    );
    const [body = ''] = shownFor(ended('partial'), false, missing);
    const lines = body.split('\n');
    expect(lines[1]).toBe(
      'Missing: database_1/query (password), timed out [ORA-01013]: It took too long. ' +
        'Not known from 2026-11-19 14:00:00 UTC (+00:00) to 2026-11-20 14:00:00 UTC (+00:00).',
    );
    expect(lines.slice(3)).toEqual([expect.stringContaining('database_3/query'), 'Missing: 2 more']);
  });

  it('tells what the filters of the rule hid', () => {
    const sentence = 'The filter “robots” hid 3 events.';
    expect(shownFor(ended('succeeded'), false, [], [sentence])).toEqual([
      `The analysis is complete: every source has answered.\n${sentence}`,
    ]);
  });

  it('is not shown while a window has the focus, nor before the end', () => {
    expect(shownFor(ended('succeeded'), true)).toEqual([]);
    expect(shownFor({ kind: 'cancel-requested', at: '2026-11-20T14:00:00.000000Z', by: 'me' })).toEqual([]);
  });
});
