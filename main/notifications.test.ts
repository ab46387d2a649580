import { describe, expect, it } from 'vitest';
import type { RunEvent, RunOutcomeKind } from '../app/model/run.ts';
import { notifyRunEnded } from './notifications.ts';

function shownFor(event: RunEvent, isFocused = false): (string | undefined)[] {
  const shown: (string | undefined)[] = [];
  notifyRunEnded({ runId: 'r1', seq: 1, event }, { isFocused: () => isFocused, show: ({ body }) => shown.push(body) });
  return shown;
}

const ended = (outcome: RunOutcomeKind): RunEvent => ({ kind: 'run-ended', at: '2026-11-20T14:00:00.000000Z', outcome });

describe('a notification', () => {
  it('tells how a run ended, and never that all is well while something is missing', () => {
    expect(shownFor(ended('succeeded'))).toEqual(['The analysis is complete: every source has answered.']);
    expect(shownFor(ended('partial'))).toEqual(['The analysis has ended with sources missing; clients may be undetermined.']);
    expect(shownFor(ended('failed'))).toEqual(['The analysis has failed.']);
    expect(shownFor(ended('cancelled'))).toEqual(['The analysis was cancelled.']);
  });

  it('is not shown while a window has the focus, nor before the end', () => {
    expect(shownFor(ended('succeeded'), true)).toEqual([]);
    expect(shownFor({ kind: 'cancel-requested', at: '2026-11-20T14:00:00.000000Z', by: 'me' })).toEqual([]);
  });
});
