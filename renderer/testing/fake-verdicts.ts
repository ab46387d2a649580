/** Verdicts over time for a window without a core: the run before listed a client more and two fewer. */
import { addHours } from '../../app/model/instant.ts';
import type { RunDetail } from '../../app/model/history-pages.ts';
import { coverageOf } from '../../app/model/run-reducer.ts';
import type { ClientVerdict, VerdictComparison, VerdictRun } from '../../app/model/verdict-history.ts';
import type { FakeRun } from './fake-run.ts';

function verdictRunOf({ plan, state }: FakeRun, hoursAgo: number, runId = plan.runId): VerdictRun {
  const startedAt = addHours(state.startedAt, -hoursAgo);
  return {
    runId,
    user: plan.user,
    startedAt,
    endedAt: startedAt,
    lastEvent: addHours(plan.lastEvent, -hoursAgo),
    missing: hoursAgo === 0 ? coverageOf(state).missing.length : 0,
    isCut: false,
  };
}

/** Against a run a day before. */
export function comparisonOf(run: FakeRun): VerdictComparison {
  const { merge, status } = run.state;
  if (merge === undefined || status !== 'ended') return { kind: 'not-kept' };
  const listed = Array.from({ length: merge.confirmed }, (_, index) => String(1_000_000 + index * 37));
  const isIncomplete = coverageOf(run.state).missing.length > 0;
  const clients = {
    new: listed.slice(0, 2),
    still: listed.slice(2),
    gone: isIncomplete ? [] : ['1000999'],
    unknown: isIncomplete ? ['1000999', '1000000'] : [],
  };
  const counts = { new: clients.new.length, still: clients.still.length, gone: clients.gone.length, unknown: clients.unknown.length };
  const previous = verdictRunOf(run, 24, '20261119-140000-9f31aa');
  return { kind: 'compared', changes: { run: verdictRunOf(run, 0), previous, counts, clients } };
}

/** The last run, and recorded ones before it; a client is undetermined where a source was missing. */
export function clientHistory(runs: readonly FakeRun[], records: readonly RunDetail[]): readonly ClientVerdict[] {
  const last = runs.at(-1);
  const recorded = records.slice(0, 12).map(({ run }): ClientVerdict => {
    const { runId, userId, startedAt, completedAt, lastEvent, missing } = run;
    return {
      run: { runId, user: userId, startedAt, endedAt: completedAt ?? startedAt, lastEvent, missing: missing.length, isCut: false },
      verdict: missing.length > 0 ? 'undetermined' : 'confirmed',
    };
  });
  return last === undefined ? recorded : [{ run: verdictRunOf(last, 0), verdict: 'confirmed' }, ...recorded];
}
