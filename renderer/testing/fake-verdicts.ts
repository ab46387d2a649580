/** Verdicts over time for a window without a core: the run before listed a client more and two fewer. */
import { addHours } from '../../app/model/instant.ts';
import type { RunDetail } from '../../app/model/history-pages.ts';
import { coverageOf } from '../../app/model/run-reducer.ts';
import type { ChangeKind, ClientVerdict, VerdictComparison, VerdictRun } from '../../app/model/verdict-history.ts';
import type { FakeRun } from './fake-run.ts';
import type { FakeTable } from './fake-tables.ts';

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

/** The clients of one kind: rows of the confirmed ones, or what was said of those that are not among them. */
export function changeTable(run: FakeRun, change: ChangeKind, confirmed: FakeTable): FakeTable {
  const comparison = comparisonOf(run);
  const clients = comparison.kind === 'compared' ? comparison.changes.clients[change] : [];
  if (change === 'new') return { ...confirmed, rows: clients.length };
  if (change === 'still') return { ...confirmed, rows: clients.length, row: (index) => confirmed.row(index + 2) };
  const missing = coverageOf(run.state).missing.map(({ source }) => source);
  const now = change === 'gone' ? ['not found', 'It lacks token.'] : ['undetermined', 'A source is missing that may hold what it lacks.'];
  const columns = ['user_id', 'earlier_verdict', 'verdict', 'why', 'missing_sources', 'earlier_run'];
  return {
    columns: columns.map((name) => ({ name, kind: 'text' })),
    rows: clients.length,
    row: (index) => [clients[index] ?? null, 'confirmed', ...now, missing.join('; '), '20261119-140000-9f31aa'],
  };
}

/** The same of a recorded run, against the one recorded before it. */
export function recordedComparison(records: readonly RunDetail[], runId: string): VerdictComparison | undefined {
  const place = records.findIndex(({ run }) => run.runId === runId);
  const [now, before] = [records[place]?.run, records[place + 1]?.run];
  if (now === undefined) return undefined;
  // A run that has failed as a whole, or never came to its end, has said nothing about anybody.
  if (now.outcome === 'failed' || now.outcome === 'interrupted') return { kind: 'not-kept' };
  if (before === undefined) return { kind: 'first' };
  const isIncomplete = now.missing.length > 0;
  const clients = {
    new: ['10001'],
    still: ['10005', '10006'],
    gone: isIncomplete ? [] : ['10002'],
    unknown: isIncomplete ? ['10002', '10003'] : [],
  };
  const counts = { new: clients.new.length, still: clients.still.length, gone: clients.gone.length, unknown: clients.unknown.length };
  const verdictRun = ({ missing, userId, completedAt, ...run }: RunDetail['run']): VerdictRun => ({
    runId: run.runId,
    user: userId,
    startedAt: run.startedAt,
    endedAt: completedAt ?? run.startedAt,
    lastEvent: run.lastEvent,
    missing: missing.length,
    isCut: false,
  });
  return { kind: 'compared', changes: { run: verdictRun(now), previous: verdictRun(before), counts, clients } };
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
