import { describe, expect, it } from 'vitest';
import { failure } from '../../model/failure.ts';
import type { HistoryState } from '../../model/history.ts';
import type { RunEvent, RunState } from '../../model/run.ts';
import { initialRunState } from '../../model/run-reducer.ts';
import { samplePlan } from '../../testing/builders.ts';
import { unrecordedLines } from './close-app.ts';
import { exitCodeOfRun } from './exit-codes.ts';
import { createProgress, describeOutcome } from './progress.ts';
import { textTable } from './text-table.ts';

const ended = (outcome: RunState['outcome'], confirmed: number): RunState => ({
  ...initialRunState(samplePlan(), '2026-11-20T14:00:00.000000Z'),
  status: 'ended',
  ...(outcome === undefined ? {} : { outcome }),
  merge: { confirmed, undetermined: 0, clientsInWindow: 0, eventsInWindow: 0, rows: 0, sources: [], durationMs: 0 },
});

describe('the exit code of a run', () => {
  it.each([
    ['succeeded', 0, false, 0],
    ['succeeded', 3, false, 0],
    ['succeeded', 3, true, 1],
    ['succeeded', 0, true, 0],
    ['partial', 0, false, 2],
    ['partial', 0, true, 2],
    ['partial', 3, true, 1],
    ['failed', 3, true, 3],
    ['cancelled', 3, true, 130],
    [undefined, 0, false, 3],
  ] as const)('is for %s with %i confirmed (fail on match: %s): %i', (outcome, confirmed, failOnMatch, code) => {
    expect(exitCodeOfRun(ended(outcome, confirmed), failOnMatch)).toBe(code);
  });
});

describe('a table on a terminal', () => {
  it('lines up its columns and shows NULL apart from empty text', () => {
    expect(
      textTable(
        ['id', 'name'],
        [
          ['1', 'Ada'],
          ['12345', null],
          ['2', ''],
        ],
      ),
    ).toBe('id     name\n─────  ────\n1      Ada\n12345  —\n2\n');
  });

  it('does not let a value steer the terminal', () => {
    expect(textTable(['id'], [['\u001b[2J\u202egnihton\r\n']])).not.toMatch(/[\u001b\u202e\r]/);
  });
});

describe('an outcome in words', () => {
  it('tells failure, next step and the vendor code', () => {
    expect(describeOutcome({ kind: 'failed', failure: failure('db.auth', { vendorCode: 'ORA-01017' }) })).toMatch(
      /refused the logon.*ORA-01017/,
    );
  });

  it('tells a timeout and both kinds of cancel apart from a failure', () => {
    expect(describeOutcome({ kind: 'timeout', failure: failure('query.timeout') })).toMatch(/^timeout/);
    expect(describeOutcome({ kind: 'cancelled', confirmed: true, note: 'asked' })).toContain('(confirmed)');
    expect(describeOutcome({ kind: 'cancelled', confirmed: false, note: 'killed' })).toContain('(server not confirmed)');
  });

  it('never calls an answer in part or a reached budget complete', () => {
    const rows = { rows: 1234, bytes: 1, nullIds: 0, nullTimes: 0 };
    const partial = { kind: 'partial', ...rows, knownUntil: '2026-11-20T13:00:00.000000Z', failure: failure('db.replica-behind') } as const;
    expect(describeOutcome(partial)).toMatch(/^partial, 1,234 rows: .*behind/);
    expect(describeOutcome({ kind: 'budget', rows: 1234, failure: failure('budget.exceeded') })).toMatch(/^budget reached at 1,234 rows/);
  });

  it('says how many rows were left out', () => {
    expect(describeOutcome({ kind: 'completed', rows: 1234, bytes: 1, nullIds: 2, nullTimes: 0 })).toBe(
      '1,234 rows (2 without an id left out)',
    );
  });
});

describe('what is said of records that the history does not have when a program ends', () => {
  const kept: HistoryState = { store: 'ready', waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 3 };

  it('is nothing where it has all of them', () => {
    expect(unrecordedLines(kept)).toEqual([]);
  });

  it('is how many, what becomes of them and why', () => {
    const cause = failure('disk.error', { message: 'The disk is full.', action: 'Make room.', detail: 'ENOSPC' });
    expect(unrecordedLines({ ...kept, lost: 1, waiting: 4, failure: cause })).toEqual([
      'The history is not complete: 1 record of what was just done could not be kept anywhere and is lost. The disk is full. (ENOSPC) Make room.',
      "The history's store does not have 4 records yet; the next start of the program puts them in from the journal.",
    ]);
    expect(unrecordedLines({ ...kept, waiting: 2, failure: cause })).toEqual([
      "The history's store does not have 2 records yet; the next start of the program puts them in from the journal. The disk is full. (ENOSPC) Make room.",
    ]);
    expect(unrecordedLines({ ...kept, rejected: 2, waiting: 1 })).toEqual([
      "The history is not complete: its store refused 2 records; they are kept in a file of the history's folder.",
      "The history's store does not have 1 record yet; the next start of the program puts it in from the journal.",
    ]);
  });
});

describe('progress where no terminal is', () => {
  const at = '2026-11-20T14:00:00.000000Z';
  const plan = samplePlan(1);
  const [{ id: source } = { id: '' }] = plan.sources;
  const linesOf = (events: readonly RunEvent[]): readonly string[] => {
    const lines: string[] = [];
    const progress = createProgress({ out: () => undefined, err: (text) => lines.push(text), isInteractive: false }, plan.sources);
    for (const event of events) progress.update(event, initialRunState(plan, at));
    return lines;
  };

  it('tells each step of an evaluation that lasts once, and anew for the next evaluation', () => {
    const step = (of: number, percent?: number): RunEvent => {
      return { kind: 'evaluating', at, progress: { step: of, of: 5, what: of === 1 ? 'events' : 'windows', percent } };
    };
    const { merge } = ended('succeeded', 0);
    const merged: readonly RunEvent[] = merge === undefined ? [] : [{ kind: 'merged', at, merge }];
    expect(linesOf([step(1), step(1, 50), step(3, 7), step(3, 80), ...merged, step(3)])).toEqual([
      'evaluating the rule, step 1 of 5: finding the events that it looks at\n',
      'evaluating the rule, step 3 of 5: judging every window\n',
      'evaluating the rule, step 3 of 5: judging every window\n',
    ]);
  });

  it('says of a source in a wait that it waits for the next attempt, not that this is under way', () => {
    const state = (status: 'connecting' | 'retrying', attempt: number): RunEvent => ({ kind: 'source-state', at, source, status, attempt });
    expect(linesOf([state('connecting', 1), state('retrying', 2), state('connecting', 2)])).toEqual([
      `${source}: connecting\n`,
      `${source}: waits for attempt 2\n`,
      `${source}: connecting, attempt 2\n`,
    ]);
  });
});
