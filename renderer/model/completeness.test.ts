/** The first law in the window, in thousands of states of a run; what leaves the program is checked beside the reports. */
import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../app/model/run-reducer.ts';
import type { MissingSource, RunState } from '../../app/model/run.ts';
import { claimsOfCompleteness as claims, inRandomStates } from '../../app/testing/random-run.ts';
import { emptyKindOf } from '../features/results/result-table-state.ts';
import { english } from '../texts/texts.ts';
import { createInstantFormat } from './instant-format.ts';
import { missingToName, verdictOf } from './verdict.ts';

const format = createInstantFormat('Europe/Berlin');
const time = (instant: string): string => format.full(instant);

function property(check: (state: RunState, missing: readonly MissingSource[]) => void, runs?: number): void {
  inRandomStates((state) => check(state, coverageOf(state).missing), runs);
}

function said(state: RunState): string {
  const { headline, ground } = english.verdict;
  const verdict = verdictOf(state);
  return `${headline(verdict)} ${ground(verdict, 'all four changes')}`;
}

describe('with any source missing in any way', () => {
  it('the verdict line names it with its error and the time that stays open, and claims nothing', () => {
    let complete = 0;
    property((state, missing) => {
      if (missing.length > 0) expect(said(state)).not.toMatch(claims);
      else if (claims.test(said(state))) complete += 1;
      const named = missingToName(verdictOf(state));
      // While a run goes on, what has not answered yet is counted, not listed.
      expect(named).toEqual(state.status === 'ended' ? missing : missing.filter(({ reason }) => reason !== 'running'));
      for (const source of named) {
        const { missingSource, missingRange } = english.verdict;
        const line = `${missingSource(source)} ${source.message} ${missingRange(source, time)}`;
        const { query, database, message, window } = source;
        for (const fact of [query, database, message, time(window.from), time(window.to)]) expect(line).toContain(fact);
      }
    });
    // A property of incomplete runs alone would not show that complete ones may say so.
    expect(complete).toBeGreaterThan(0);
  });

  it('an empty table says what is not known, not that there is nobody', () => {
    property((state, missing) => {
      for (const kind of ['confirmed', 'undetermined'] as const) {
        for (const isFiltered of [false, true]) {
          const { title, text } = english.results.empty[emptyKindOf(state, { kind }, isFiltered)];
          if (missing.length > 0) expect(`${title} ${text}`).not.toMatch(claims);
        }
      }
      for (const { source } of missing) {
        const { title, text } = english.results.empty[emptyKindOf(state, { kind: 'source', source }, false)];
        expect(`${title} ${text}`).not.toMatch(/answered without a row|found nothing/);
      }
    });
  });

  it('what a screen reader is told at the end claims nothing', () => {
    let seen = 0;
    property((state, missing) => {
      if (state.outcome === undefined || missing.length === 0) return;
      seen += 1;
      expect(english.shell.announce({ kind: 'run-ended', outcome: state.outcome })).not.toMatch(claims);
    });
    expect(seen).toBeGreaterThan(100);
  });
});

it('with every answer there, a run that has not ended well still has no complete verdict', () => {
  let seen = 0;
  property((state, missing) => {
    if (missing.length > 0 || state.outcome === 'succeeded') return;
    seen += 1;
    expect(said(state)).not.toMatch(claims);
  }, 4000);
  expect(seen).toBeGreaterThan(50);
});
