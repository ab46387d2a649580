import { describe, expect, it } from 'vitest';
import { failure } from '../../model/failure.ts';
import type { RunState } from '../../model/run.ts';
import type { HistoryState } from '../../model/history.ts';
import { initialRunState } from '../../model/run-reducer.ts';
import { samplePlan } from '../../testing/builders.ts';
import { unrecordedLines } from './close-app.ts';
import { exitCodeOfRun } from './exit-codes.ts';
import { describeOutcome } from './progress.ts';
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
    ]);
    expect(unrecordedLines({ ...kept, rejected: 2, waiting: 1 })).toEqual([
      "The history is not complete: its store refused 2 records; they are kept in a file of the history's folder.",
      "The history's store does not have 1 record yet; the next start of the program puts them in from the journal.",
    ]);
  });
});
