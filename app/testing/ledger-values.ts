/** Values for tests of the ledger of planned runs. */
import type { IntervalEnd, NewAlert } from '../model/ledger.ts';
import type { AlertMessage, IntervalResult } from '../model/schedule.ts';
import type { AlertConfig, ScheduleConfig } from '../model/schedule-config.ts';

/** What a complete evaluation without findings gives. */
export function sampleResult(change: Partial<IntervalResult> = {}): IntervalResult {
  return {
    outcome: 'succeeded',
    windowHours: 24,
    confirmed: 0,
    undetermined: 0,
    expected: 4,
    answered: 4,
    missing: [],
    headline: 'No client had password, email, phone and token changed within 24 h; every source answered',
    sampleData: false,
    ...change,
  };
}

/** What an evaluation without the token source gives. */
export function partialResult(change: Partial<IntervalResult> = {}): IntervalResult {
  return sampleResult({
    outcome: 'partial',
    undetermined: 1,
    answered: 3,
    missing: [
      {
        source: 'client/tokens',
        database: 'client',
        query: 'tokens',
        changeType: 'token',
        reason: 'timeout',
        message: 'The query took longer than its time limit.',
        code: 'query.timeout',
        window: { from: '2026-11-19T14:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' },
      },
    ],
    headline: '0 confirmed, 1 undetermined – token source missing (client/tokens: timed out, query.timeout)',
    ...change,
  });
}

/** The end of a complete evaluation. */
export function sampleEnd(change: Partial<IntervalEnd> = {}): IntervalEnd {
  return {
    state: 'done',
    reason: null,
    nextTryAt: null,
    endedAt: '2026-11-20T14:05:00.000000Z',
    result: sampleResult(),
    countsAsTry: true,
    ...change,
  };
}

/** A message about an interval that is done. */
export function sampleMessage(change: Partial<AlertMessage> = {}): AlertMessage {
  return {
    program: 'Client Activity Monitor',
    schedule: 'hourly',
    reasons: ['findings'],
    summary: '2 clients are confirmed.',
    interval: { from: '2026-11-20T13:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z', zone: 'Europe/Berlin' },
    intervals: 1,
    state: 'done',
    reason: null,
    runId: 'run-1',
    attempts: 1,
    nextTryAt: null,
    result: sampleResult({ confirmed: 2 }),
    ...change,
  };
}

/** An alert of one reason about one interval. */
export function sampleAlert(to: string, change: Partial<NewAlert> = {}): NewAlert {
  return {
    channel: 'webhook',
    keys: [{ to, reason: 'findings', detail: '2' }],
    message: sampleMessage(),
    at: '2026-11-20T14:05:00.000000Z',
    ...change,
  };
}

/** A schedule that runs hourly and tells nobody, but for what is changed. */
export function sampleSchedule(change: Partial<ScheduleConfig> = {}): ScheduleConfig {
  return {
    name: 'hourly',
    cron: '0 * * * *',
    zone: 'Europe/Berlin',
    windowHours: 24,
    strict: false,
    lagMs: 0,
    catchUp: { hours: 72, intervals: 100 },
    overlap: 'wait',
    retry: { times: 3, afterMs: 600_000 },
    lateAfterMs: 1_800_000,
    alerts: [],
    ...change,
  };
}

/** An alert about everything on the desktop. */
export const tellEverything: AlertConfig = {
  id: 'desktop',
  on: ['findings', 'failure', 'partial', 'late', 'not_run', 'recovered'],
  channel: { kind: 'desktop' },
};
