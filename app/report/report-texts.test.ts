import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../model/failure.ts';
import { hasRows, initialRunState, reduceRun } from '../model/run-reducer.ts';
import type { RunPlan } from '../model/plan.ts';
import type { MergeSummary, RunEvent, RunState, SourceOutcome } from '../model/run.ts';
import { samplePlan } from '../testing/builders.ts';
import { changesLines } from './changes.ts';
import { headlineOf, missingPhrase } from './headline.ts';
import { longestMailUrl, mailDraft } from './mail-draft.ts';
import { reportMetadata } from './metadata.ts';
import { noteEntry } from './note-entry.ts';
import { showConfidence, showCoverage, showDuration, showInstant } from './show.ts';

const startedAt = '2026-11-20T14:00:01.000000Z';
const endedAt = '2026-11-20T14:00:42.500000Z';
const extra = { version: '0.1.0', createdAt: '2026-11-20T14:05:00.000000Z' };
const completed: SourceOutcome = { kind: 'completed', rows: 10, bytes: 100, nullIds: 0, nullTimes: 0 };
const unreachable: SourceOutcome = {
  kind: 'failed',
  failure: failure('db.unreachable', { message: 'There is no listener at oracle:6036.', vendorCode: 'NJS-503' }),
};
const outcomes: readonly (SourceOutcome | undefined)[] = [
  completed,
  unreachable,
  { kind: 'timeout', failure: failure('query.timeout') },
  { kind: 'cancelled', confirmed: true, note: 'Cancelled by X123456.' },
  { kind: 'skipped', failure: failure('breaker.open') },
  { kind: 'budget', rows: 7, failure: failure('budget.exceeded') },
  { ...completed, kind: 'partial', knownUntil: '2026-11-20T13:00:00.000000Z', failure: failure('db.replica-behind') },
  undefined,
];

/** The state of a run whose sources ended so; merged with these figures over all that answered, and ended where all have. */
function stateOf(
  ends: readonly (SourceOutcome | undefined)[],
  figures: Partial<MergeSummary> | undefined,
  change: Partial<RunPlan> = {},
): RunState {
  const plan = samplePlan(ends.length, { zone: 'Europe/Berlin', ...change });
  const events: RunEvent[] = [];
  for (const [place, outcome] of ends.entries()) {
    const source = plan.sources[place]?.id ?? '';
    events.push({ kind: 'source-state', at: startedAt, source, status: 'connecting', attempt: 1, endpoint: 'oracle:6036/AUDIT' });
    if (outcome !== undefined) events.push({ kind: 'source-ended', at: endedAt, source, outcome });
  }
  const answered = plan.sources.filter((_, place) => hasRows(ends[place])).map(({ id }) => id);
  const merge = {
    confirmed: 0,
    undetermined: 0,
    clientsInWindow: 0,
    eventsInWindow: 0,
    rows: 0,
    sources: answered,
    durationMs: 1,
    ...figures,
  };
  if (figures !== undefined) events.push({ kind: 'merged', at: endedAt, merge });
  if (!ends.includes(undefined)) {
    const outcome = ends.every((end) => end?.kind === 'completed') ? 'succeeded' : 'partial';
    events.push({ kind: 'run-ended', at: endedAt, outcome });
  }
  return events.reduce(reduceRun, initialRunState(plan, startedAt));
}

const fourAnswers = [completed, completed, completed, completed];

describe('a missing source', () => {
  it('of no change type is named as one of raw rows', () => {
    const source = {
      source: 'a/b',
      database: 'a',
      query: 'b',
      changeType: null,
      reason: 'failed',
      message: 'x',
      window: samplePlan().window,
    } as const;
    expect(missingPhrase([source])).toMatch(/^raw source missing \(/);
  });
});

describe('the headline of a complete run', () => {
  const complete = { windowHours: 24, undetermined: 0, missing: [], isFinal: true, isMerged: true };
  const { rule } = samplePlan();
  const { changes: _changes, ...events } = rule;

  it.each([
    [rule, 0, /^No client had .*; every source answered$/],
    [rule, 1, /^1 client confirmed: .*; every source answered$/],
    [rule, 2, /^2 clients confirmed: /],
    [events, 0, /^No client meets /],
    [{ ...events, groupBy: ['ip_address'] }, 0, /^No group of events meets /],
    [{ ...events, groupBy: ['ip_address'] }, 1, /^1 group of events confirmed: /],
    [{ ...events, groupBy: ['USER_ID', 'ip_address'] }, 2, /^2 groups of events confirmed: /],
    [{ ...events, groupBy: [] }, 2, /^2 groups of events confirmed: /],
  ])('says of what and how many (%#)', (of, confirmed, expected) => {
    expect(headlineOf({ ...complete, rule: of, confirmed })).toMatch(expected);
  });

  it('says that rows without an id or a time could not take part: whoever they are about may be missed', () => {
    expect(headlineOf({ ...complete, rule, confirmed: 0, leftOut: 1 })).toMatch(
      /^No client had .*; every source answered, but 1 row without an id or a time could not take part$/,
    );
    expect(headlineOf({ ...complete, rule, confirmed: 2, leftOut: 1200 })).toMatch(
      /^2 clients confirmed: .*; every source answered, but 1,200 rows without an id or a time could not take part$/,
    );
  });

  it('says that clients may qualify whose ids are not written alike', () => {
    expect(headlineOf({ ...complete, rule, confirmed: 0, alike: 1 })).toMatch(
      /^No client had .*; every source answered, but 1 client may qualify whose ids are not written alike$/,
    );
    expect(headlineOf({ ...complete, rule, confirmed: 2, leftOut: 1, alike: 1200 })).toMatch(
      /; every source answered, but 1 row without an id or a time could not take part and 1,200 clients may qualify whose ids are not written alike$/,
    );
  });

  it('of a hunt says in how many windows, one or several', () => {
    const given = { ...complete, rule: samplePlan().rule };
    expect(headlineOf({ ...given, confirmed: 1, windows: 1 })).toMatch(/^1 client confirmed in 1 window: /);
    expect(headlineOf({ ...given, confirmed: 2, windows: 5 })).toMatch(/^2 clients confirmed in 5 windows: /);
  });
});

describe('the headline', () => {
  const headline = (...given: Parameters<typeof stateOf>): string => reportMetadata(stateOf(...given), extra).headline;

  it('says that nobody was found only when every source has answered and everything is merged', () => {
    expect(headline(fourAnswers, {})).toBe('No client had password, email, phone and token changed within 24 h; every source answered');
    expect(headline(fourAnswers, undefined)).toBe('Not evaluated – the rule was not evaluated to its end');
    expect(headline(fourAnswers, { sources: [] })).toBe('0 confirmed, 0 undetermined so far – the rule was not evaluated to its end');
    expect(headline([completed, completed, completed, unreachable], { undetermined: 1 })).toBe(
      '0 confirmed, 1 undetermined – token source missing (database_4/query: failed, NJS-503)',
    );
    expect(headline([completed, undefined, completed, undefined], { confirmed: 0 })).toBe(
      '0 confirmed, 0 undetermined so far – 2 sources missing: email (database_2/query: not answered yet) and token (database_4/query: not answered yet)',
    );
  });

  it('says that a source answered in part, and never that nobody was found while one did', () => {
    const partial: SourceOutcome = {
      ...{ kind: 'partial', rows: 1, bytes: 1, nullIds: 0, nullTimes: 0 },
      ...{ knownUntil: '2026-11-20T13:00:00.000000Z', failure: failure('db.replica-behind') },
    };
    expect(headline([completed, completed, completed, partial], {})).toBe(
      '0 confirmed, 0 undetermined – token source missing (database_4/query: answered in part, db.replica-behind)',
    );
  });

  it('counts confirmed clients', () => {
    expect(headline(fourAnswers, { confirmed: 1 })).toBe(
      '1 client confirmed: password, email, phone and token changed within 24 h; every source answered',
    );
    expect(headline(fourAnswers, { confirmed: 12 })).toMatch(/^12 clients confirmed/);
  });

  it('tells that the run has no source for a type of the rule', () => {
    expect(headline([completed, completed, completed], { undetermined: 5 })).toBe(
      '0 confirmed, 5 undetermined – token source missing (token (no source in this run): skipped)',
    );
  });

  it('says of a strict run that it has no result', () => {
    const state = { ...stateOf([completed, unreachable], { confirmed: 0 }, { strict: true }), outcome: 'failed' as const };
    expect(reportMetadata(state, extra).headline).toMatch(/^Strict run without a result: 0 confirmed/);
  });

  it('never says that there is nobody while anything is missing, running or not merged, and always says so when nothing is', () => {
    const anyEnds = fc.oneof(
      fc.array(fc.constantFrom(...outcomes), { minLength: 1, maxLength: 7 }),
      fc.array(fc.constant(completed), { minLength: 4, maxLength: 7 }),
    );
    const clients = fc.constantFrom(0, 0, 1, 3);
    const anyFigures = fc.option(fc.record({ confirmed: clients, undetermined: clients }), { nil: undefined });
    const seen = { nobody: 0, complete: 0, incomplete: 0 };
    fc.assert(
      fc.property(anyEnds, anyFigures, (ends, figures) => {
        const state = stateOf(ends, figures);
        const { headline: text, missing } = reportMetadata(state, extra);
        const isComplete = ends.length >= 4 && ends.every((end) => end?.kind === 'completed') && figures !== undefined;
        const isNobody = isComplete && figures.confirmed === 0 && figures.undetermined === 0;
        seen[isNobody ? 'nobody' : isComplete ? 'complete' : 'incomplete'] += 1;
        expect(/\bno client\b|nobody|none/i.test(text)).toBe(isNobody);
        for (const source of missing.slice(0, 3)) expect(text).toContain(source.source);
        if (!isComplete) expect(text).toMatch(/missing|not evaluated/);
        if (missing.length > 3) expect(text).toContain(`and ${String(missing.length - 3)} more`);
      }),
      { numRuns: 1000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  });

  it('never claims completeness for any combination of its own inputs but one', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.nat({ max: 2 }),
        fc.constantFrom('cancel', 'failure', undefined),
        (isFinal, isMerged, hasMissing, undetermined, brokenOff) => {
          const missing = hasMissing ? reportMetadata(stateOf([unreachable], {}, { changeTypes: ['password'] }), extra).missing : [];
          const state = { isFinal: isFinal && brokenOff === undefined, isMerged, ...(brokenOff !== undefined && { brokenOff }) };
          const text = headlineOf({ rule: samplePlan().rule, windowHours: 1, confirmed: 0, undetermined, missing, ...state });
          expect(text.startsWith('No client')).toBe(state.isFinal && isMerged && !hasMissing && undetermined === 0);
          expect(text.includes('cancelled before')).toBe(brokenOff === 'cancel');
          expect(text.includes('was not evaluated')).toBe(brokenOff === 'failure');
        },
      ),
    );
  });
});

describe('the metadata', () => {
  it('tell who, when, for which window, from what and what is missing', () => {
    const state = stateOf([completed, completed, completed, unreachable], { confirmed: 2, undetermined: 1 });
    expect(reportMetadata(state, extra)).toMatchObject({
      program: 'Client Activity Monitor',
      version: '0.1.0',
      user: 'X123456',
      createdAt: extra.createdAt,
      runStartedAt: startedAt,
      runSeconds: 41.5,
      lastEvent: '2026-11-20T14:00:00.000000Z',
      zone: 'Europe/Berlin',
      rule: 'password, email, phone and token of one client all changed from T − 24 h to T, both included',
      outcome: 'partial',
      confirmed: 2,
      undetermined: 1,
      answered: 3,
      expected: 4,
      coveragePercent: 75,
      confidencePercent: 75,
      missing: [{ source: 'database_4/query', reason: 'failed', code: 'NJS-503' }],
    });
    expect(reportMetadata(state, extra).sources[3]).toEqual({
      source: 'database_4/query',
      database: 'database_4',
      query: 'query',
      changeType: 'token',
      outcome: 'failed',
      rows: 0,
      endpoint: 'oracle:6036/AUDIT',
      seconds: 41.5,
      cost: { rows: 0, bytes: 0, statements: 0, databaseSeconds: 0 },
      error: 'There is no listener at oracle:6036. (NJS-503)',
    });
  });

  it('of a run that still goes on say so', () => {
    const metadata = reportMetadata(stateOf([completed, undefined], {}), extra);
    expect(metadata.outcome).toBe('running');
    expect(metadata.runSeconds).toBeUndefined();
    expect(metadata.sources.map((source) => source.outcome)).toEqual(['completed', 'running']);
  });
});

describe('the note', () => {
  it('has SID, run time, last event with its zone, users, coverage and what is missing', () => {
    const note = noteEntry(
      reportMetadata(stateOf([completed, completed, completed, unreachable], { confirmed: 2, undetermined: 1 }), extra),
    );
    expect(note.split('\n')).toEqual([
      'Client Activity Monitor',
      '2 confirmed, 1 undetermined – token source missing (database_4/query: failed, NJS-503)',
      'Missing: database_4/query (token), failed [NJS-503]: There is no listener at oracle:6036. ' +
        'Not known from 2026-11-19 15:00:00 Europe/Berlin (+01:00) to 2026-11-20 15:00:00 Europe/Berlin (+01:00).',
      'Last event (T): 2026-11-20 15:00:00 Europe/Berlin (+01:00)',
      'Window: 2026-11-19 15:00:00 Europe/Berlin (+01:00) to 2026-11-20 15:00:00 Europe/Berlin (+01:00), both included',
      'Users: 2 confirmed, 1 undetermined',
      'Coverage: 3 of 4 sources answered (75 %), confidence 75 %',
      'Rule: password, email, phone and token of one client all changed from T − 24 h to T, both included',
      'SID: X123456',
      'Run: 20261120-140000-abc123, started 2026-11-20 15:00:01 Europe/Berlin (+01:00), took 42 s, partial',
    ]);
  });

  it('names the case that the run was done for, where one was named', () => {
    const note = noteEntry(reportMetadata(stateOf(fourAnswers, {}, { caseReference: 'INC-4711' }), extra));
    expect(note.split('\n')).toContain('Case: INC-4711');
    expect(noteEntry(reportMetadata(stateOf(fourAnswers, {}), extra))).not.toContain('Case:');
  });

  it('of a complete run says that nothing is missing, and of sample data that it is sample data', () => {
    const note = noteEntry(reportMetadata(stateOf(fourAnswers, {}, { sampleData: true }), extra));
    expect(note).toContain('Missing: nothing');
    expect(note).toContain('SAMPLE DATA');
  });
});

describe('the mail draft', () => {
  const partial = reportMetadata(stateOf([completed, completed, completed, unreachable], { confirmed: 2, undetermined: 1 }), extra);

  it('has recipients, a subject that says that it is incomplete, and the facts', () => {
    const draft = mailDraft(partial, ['soc@example.com', 'a+b@example.com']);
    expect(draft.to).toEqual(['soc@example.com', 'a+b@example.com']);
    expect(draft.subject).toBe(
      'Client Activity Monitor: INCOMPLETE – 2 confirmed, 1 undetermined (last event 2026-11-20 15:00:00 Europe/Berlin)',
    );
    expect(draft.body).toContain('Missing: database_4/query (token)');
    expect(draft.body.split('\r\n').length).toBeGreaterThan(8);
    expect(draft.truncated).toBe(false);
    const url = new URL(draft.url);
    expect(url.protocol).toBe('mailto:');
    expect(url.pathname).toBe('soc@example.com,a%2Bb@example.com');
    expect(url.searchParams.get('subject')).toBe(draft.subject);
    expect(url.searchParams.get('body')).toBe(draft.body);
    expect(draft.url).toMatch(/^[\x21-\x7e]*$/);
  });

  it('of a complete run does not say incomplete', () => {
    expect(mailDraft(reportMetadata(stateOf(fourAnswers, { confirmed: 2 }), extra), []).subject).not.toContain('INCOMPLETE');
  });

  it('stays within the length of a mail link, says where it was shortened, and keeps the whole text beside it', () => {
    const clients = Array.from({ length: 500 }, (_, number) => `client ${String(number)}`);
    const draft = mailDraft(partial, ['soc@example.com'], clients);
    expect(draft.url.length).toBeLessThanOrEqual(longestMailUrl);
    expect(draft.truncated).toBe(true);
    expect(draft.body).toContain('client 499');
    const body = new URL(draft.url).searchParams.get('body') ?? '';
    expect(body).toContain('token source missing');
    expect(body).toMatch(/\(Shortened: .*\)$/);
  });

  it('leaves all recipients out of the link rather than some of them', () => {
    const recipients = Array.from({ length: 50 }, (_, number) => `${'x'.repeat(60)}${String(number)}@example.com`);
    const draft = mailDraft(partial, recipients);
    expect(draft.to).toEqual(recipients);
    expect(new URL(draft.url).pathname).toBe('');
    expect(draft.truncated).toBe(true);
    expect(draft.url.length).toBeLessThanOrEqual(longestMailUrl);
  });

  it('cannot be led into another header or past the limit by any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 20 }),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
        (clients, recipients) => {
          const message = clients.join('\r\nBcc: x@example.com\r\n&cc=y');
          const metadata = { ...partial, headline: message, missing: partial.missing.map((source) => ({ ...source, message })) };
          const draft = mailDraft(metadata, recipients, clients);
          expect(draft.url.length).toBeLessThanOrEqual(longestMailUrl);
          const url = new URL(draft.url);
          expect([...url.searchParams.keys()]).toEqual(['subject', 'body']);
          expect(draft.url).toMatch(/^[\x21-\x7e]*$/);
        },
      ),
    );
  });
});

describe('what has changed', () => {
  it('is one line a kind, whatever is in the id of a client', () => {
    const run = { runId: 'r', user: 'X123456', startedAt, endedAt, lastEvent: startedAt, missing: 0, isCut: false };
    const clients = { new: ['7\nMissing: nothing', '8\u2028\u001b[2J'], gone: [], unknown: [], still: [] };
    const changes = { run, previous: run, counts: { new: 2, gone: 0, unknown: 0, still: 0 }, clients };
    const metadata = reportMetadata(initialRunState(samplePlan(1), startedAt), extra);
    const lines = changesLines({ ...metadata, comparison: { kind: 'compared', changes } });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe('new: 7·Missing: nothing, 8··[2J');
  });
});

describe('figures and times', () => {
  it('are shown as people read them', () => {
    expect([0, 0.44, 9.96, 41.4, 59.6, 723, 3599.6, 7500].map(showDuration)).toEqual([
      '0 s',
      '0.4 s',
      '10 s',
      '41 s',
      '1 m 00 s',
      '12 m 03 s',
      '1 h 00 m',
      '2 h 05 m',
    ]);
    expect(showInstant('2026-07-01T12:00:00.250000Z', 'America/New_York')).toBe('2026-07-01 08:00:00.250 America/New_York (-04:00)');
    expect(showCoverage({ answered: 999, expected: 1000, coveragePercent: 99.9, confidencePercent: 99.8 })).toBe(
      '999 of 1000 sources answered (99 %), confidence 99 %',
    );
    expect([1, 0.99999, 0.9999, 0.75, 0.29, 0].map((confidence) => showConfidence(confidence).split(' (')[0])).toEqual([
      '100 %',
      '99 %',
      '99 %',
      '75 %',
      '29 %',
      '0 %',
    ]);
  });
});
