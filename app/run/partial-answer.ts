/** Whether an answer of a standby is whole: only where it knows of everything up to the end of the window. */
import { failure } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import type { RunPlan } from '../model/plan.ts';
import type { SourceOutcome } from '../model/run.ts';
import type { ReplicaState } from '../worker/protocol.ts';

type Completed = Extract<SourceOutcome, { kind: 'completed' }>;

/** The outcome of an answer that came from a standby, or from a primary where `replica` is `undefined`. */
export function outcomeOfAnswer(completed: Completed, plan: RunPlan, endpoint: string, replica: ReplicaState | undefined): SourceOutcome {
  if (replica === undefined) return completed;
  const { window } = plan;
  const { knownUntil, lagMs, reason } = replica;
  if (knownUntil !== undefined && knownUntil >= window.to) return completed;
  const message =
    knownUntil === undefined
      ? `The standby ${endpoint} has answered, and how far it is behind is not known. ${reason ?? ''}`.trim()
      : `The standby ${endpoint} was ${seconds(lagMs ?? 0)} behind: it knew nothing of what happened after ${readable(knownUntil)}.`;
  return { ...completed, kind: 'partial', knownUntil: knownUntil ?? window.from, failure: failure('db.replica-behind', { message }) };
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${String(Math.round(ms / 1000))} s`;
}

/** To the second, in UTC. */
function readable(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}
