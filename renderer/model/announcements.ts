/** What a screen reader is told when a run moves: changes of state, not figures. */
import type { RunOutcomeKind, RunState, SourceOutcome } from '../../app/model/run.ts';

/** A change worth saying. */
export type Announcement =
  | { readonly kind: 'run-started'; readonly sources: number }
  | { readonly kind: 'cancelling' }
  | { readonly kind: 'source-ended'; readonly query: string; readonly database: string; readonly outcome: SourceOutcome['kind'] }
  | { readonly kind: 'run-ended'; readonly outcome: RunOutcomeKind };

/** What changed between two states of the window. */
export function announcementsBetween(before: RunState | null, after: RunState | null): readonly Announcement[] {
  if (after === null || before === after) return [];
  const isSame = before?.plan.runId === after.plan.runId;
  // Looking at a run that has long ended is not news.
  if (!isSame) return after.status === 'running' ? [{ kind: 'run-started', sources: after.plan.sources.length }] : [];
  const said: Announcement[] = [];
  if (before.status === 'ended' && after.status === 'running') said.push({ kind: 'run-started', sources: after.plan.sources.length });
  if (before.status !== 'cancelling' && after.status === 'cancelling') said.push({ kind: 'cancelling' });
  if (before.sources !== after.sources) {
    for (const [id, { source, outcome }] of Object.entries(after.sources)) {
      if (outcome === undefined || before.sources[id]?.outcome !== undefined) continue;
      said.push({ kind: 'source-ended', query: source.query, database: source.database, outcome: outcome.kind });
    }
  }
  if (before.status !== 'ended' && after.outcome !== undefined && after.status === 'ended') {
    said.push({ kind: 'run-ended', outcome: after.outcome });
  }
  return said;
}
