/** Planned runs with something of everything: for the gallery and for tests. */
import type { IntervalResult } from '../../app/model/schedule.ts';
import type { FakeCore } from './fake-core.ts';
import type { FakeInterval } from './fake-schedule.ts';

const window = { from: '2026-11-19T14:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' };

/** An answer of every source. */
export function completeResult(confirmed = 0): IntervalResult {
  const none = 'No client had password, email, phone and token changed within 24 h; every source answered';
  return {
    outcome: 'succeeded',
    windowHours: 24,
    confirmed,
    undetermined: 0,
    expected: 4,
    answered: 4,
    missing: [],
    headline:
      confirmed === 0
        ? none
        : `${String(confirmed)} clients confirmed: password, email, phone and token changed within 24 h; every source answered`,
    sampleData: false,
  };
}

/** An answer without the token source. */
export function partResult(confirmed = 0): IntervalResult {
  return {
    ...completeResult(confirmed),
    outcome: 'partial',
    undetermined: 3,
    answered: 3,
    missing: [
      {
        source: 'client_activity_analysis/Get token changes',
        database: 'client_activity_analysis',
        query: 'Get token changes',
        changeType: 'token',
        reason: 'failed',
        message: 'There is no listener at oracle.client.example.com:6036.',
        code: 'NJS-503',
        window,
      },
    ],
    headline: `${String(confirmed)} confirmed, 3 undetermined – token source missing (client_activity_analysis/Get token changes: failed, NJS-503)`,
  };
}

const ended = { owner: 'soc-pc-7 (4711)', runId: '20261120-140007-3fa9c1' } as const;
const done = (confirmed: number): FakeInterval => ({ state: 'done', ...ended, result: completeResult(confirmed) });

/** Two schedules, one of them paused, with intervals in every state. */
export function fillSchedules(core: FakeCore): void {
  core.schedules.add(
    'hourly, all databases',
    [
      { state: 'running', runId: ended.runId, owner: ended.owner },
      {
        state: 'incomplete',
        ...ended,
        attempts: 2,
        nextTryAt: window.to,
        reason: '1 of 4 sources did not answer.',
        result: { ...partResult(2), caseReference: 'FRAUD-2026-17' },
      },
      done(7),
      done(0),
      { state: 'failed', ...ended, reason: 'The database cannot be reached.', attempts: 4 },
      { state: 'missed', reason: 'More than 2 intervals were to be caught up; the oldest were left out.' },
      { state: 'missed', reason: 'No program ran it within 72 h of its end.' },
      ...Array.from({ length: 40 }, (_, index) => done(index % 9 === 0 ? 3 : 0)),
    ],
    { surelySeenHours: 23 },
  );
  core.schedules.add('daily report', [{ state: 'pending' }, done(0), done(12)], {
    surelySeenHours: 0,
    pausedBy: 'X123456',
    pausedAt: window.to,
  });
}
