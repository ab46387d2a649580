/** States of runs as they can be, with any source missing in any way, for properties that must hold in all of them. */
import fc from 'fast-check';
import { failure } from '../model/failure.ts';
import { addHours, type Instant } from '../model/instant.ts';
import { outcomeOf } from '../model/run-outcome.ts';
import { coverageOf, hasRows, initialRunState, reduceRun } from '../model/run-reducer.ts';
import type { RunPlan } from '../model/plan.ts';
import type { RunEvent, RunState, SourceOutcome } from '../model/run.ts';
import { samplePlan, samplePlannedSource } from './builders.ts';

/** Most sources of a run. */
const mostSources = 6;

/** A plan for each number of sources. Reading the text of its rule takes ten times as long as all that is checked in a state. */
const bases: readonly RunPlan[] = Array.from({ length: mostSources }, (_, place) => samplePlan(place + 1, { zone: 'Europe/Berlin' }));

const at = '2026-11-20T14:00:10.000000Z';

/** How a source stands: an outcome, or still under way. */
type Ending = SourceOutcome['kind'] | 'running';

const endings: readonly Ending[] = ['completed', 'failed', 'timeout', 'budget', 'partial', 'cancelled', 'skipped', 'running'];

interface RandomSource {
  readonly changeType: string | null;
  readonly ending: Ending;
  /** Without rows an answer is still an answer. */
  readonly rows: number;
  readonly hasVendorCode: boolean;
}

interface RandomRun {
  readonly sources: readonly RandomSource[];
  readonly phase: 'running' | 'cancelling' | 'ended';
  readonly isMerged: boolean;
  /** The last evaluation was before the last answer. */
  readonly isMergeOld: boolean;
  readonly confirmed: number;
  readonly undetermined: number;
  readonly strict: boolean;
  readonly hasFailed: boolean;
  /** The rule needs all four types, whoever tells about them; else only those that a source tells about. */
  readonly needsAllTypes: boolean;
  /** Whether nothing is missing, whatever the sources say: else complete runs would be too rare to show anything. */
  readonly isComplete: boolean;
}

/** Legal states of runs of one to six sources over the four change types, raw tables and types nobody is asked about. */
export const randomRunState: fc.Arbitrary<RunState> = fc
  .record({
    sources: fc.array(
      fc.record({
        changeType: fc.constantFrom('password', 'email', 'phone', 'token', null),
        ending: fc.oneof({ weight: 8, arbitrary: fc.constant<Ending>('completed') }, { weight: 8, arbitrary: fc.constantFrom(...endings) }),
        rows: fc.constantFrom(0, 1, 51_204),
        hasVendorCode: fc.boolean(),
      }),
      { minLength: 1, maxLength: mostSources },
    ),
    phase: fc.constantFrom('running', 'cancelling', 'ended', 'ended', 'ended'),
    isMerged: fc.boolean(),
    isMergeOld: fc.boolean(),
    confirmed: fc.constantFrom(0, 0, 1, 3),
    undetermined: fc.constantFrom(0, 0, 1, 40),
    strict: fc.boolean(),
    hasFailed: fc.boolean(),
    needsAllTypes: fc.boolean(),
    isComplete: fc.constantFrom(true, false, false),
  })
  .map((random) => stateOf(random.isComplete ? completed(random) : random));

function completed(random: RandomRun): RandomRun {
  return { ...random, needsAllTypes: false, sources: random.sources.map((source) => ({ ...source, ending: 'completed' })) };
}

function stateOf(random: RandomRun): RunState {
  const plan = planOf(random);
  const events = [...sourceEvents(random, plan), ...cancelEvents(random)];
  const reached = events.reduce(reduceRun, initialRunState(plan, '2026-11-20T14:00:01.000000Z'));
  const merged = random.isMerged ? reduceRun(reached, mergeEvent(random, reached)) : reached;
  return random.phase === 'ended' ? reduceRun(merged, endEvent(random, merged)) : merged;
}

function planOf({ sources, strict, needsAllTypes }: RandomRun): RunPlan {
  const base = bases[sources.length - 1] ?? samplePlan(sources.length);
  const told = base.changeTypes.filter((type) => sources.some(({ changeType }) => changeType === type));
  return {
    ...base,
    strict,
    changeTypes: needsAllTypes || told.length === 0 ? base.changeTypes : told,
    sources: base.databases.map(({ name }, place) =>
      samplePlannedSource({ database: name, query: `Get ${String(place)}`, changeType: sources[place]?.changeType ?? null }),
    ),
  };
}

function sourceEvents({ sources, phase }: RandomRun, plan: RunPlan): readonly RunEvent[] {
  return sources.flatMap((source, place): RunEvent[] => {
    const id = plan.sources[place]?.id ?? '';
    const ending = source.ending === 'running' && phase === 'ended' ? 'skipped' : source.ending;
    const running: RunEvent = { kind: 'source-state', at, source: id, status: 'running', attempt: 1, endpoint: 'fake:primary' };
    if (ending === 'running') return [running];
    return [running, { kind: 'source-ended', at, source: id, outcome: outcomeOfEnding(ending, source, place, plan.lastEvent) }];
  });
}

function outcomeOfEnding(ending: SourceOutcome['kind'], source: RandomSource, place: number, lastEvent: Instant): SourceOutcome {
  const { rows } = source;
  const why = failure(ending === 'timeout' ? 'query.timeout' : 'db.unreachable', {
    message: `What happened to number ${String(place)}.`,
    ...(source.hasVendorCode ? { vendorCode: `ORA-1254${String(place)}` } : {}),
  });
  const counted = { rows, bytes: rows * 100, nullIds: 0, nullTimes: 0 };
  switch (ending) {
    case 'completed':
      return { kind: ending, ...counted };
    case 'partial':
      return { kind: ending, ...counted, knownUntil: addHours(lastEvent, -3), failure: why };
    case 'budget':
      return { kind: ending, rows, failure: why };
    case 'cancelled':
      return { kind: ending, confirmed: source.hasVendorCode, note: `What happened to number ${String(place)}.` };
    default:
      return { kind: ending, failure: why };
  }
}

function cancelEvents({ phase }: RandomRun): readonly RunEvent[] {
  return phase === 'cancelling' ? [{ kind: 'cancel-requested', at, by: 'X123456' }] : [];
}

/** With everything answered nothing is undetermined: the engine leaves it so. */
function mergeEvent({ isMergeOld, confirmed, undetermined }: RandomRun, state: RunState): RunEvent {
  const answered = state.plan.sources.map(({ id }) => id).filter((id) => hasRows(state.sources[id]?.outcome));
  const sources = isMergeOld ? answered.slice(1) : answered;
  const isDecided = coverageOf(state).missing.length === 0 && !isMergeOld;
  const merge = { confirmed, undetermined: isDecided ? 0 : undetermined, clientsInWindow: 50, eventsInWindow: 90, rows: 120, sources };
  return { kind: 'merged', at, merge: { ...merge, durationMs: 12 } };
}

function endEvent({ hasFailed, strict }: RandomRun, state: RunState): RunEvent {
  const isIncomplete = coverageOf(state).missing.length > 0;
  if (strict && isIncomplete) return { kind: 'run-ended', at, outcome: 'failed', failure: failure('run.incomplete') };
  // A run that nothing is missing from and that was not merged has failed in merging.
  if (hasFailed || state.merge === undefined) return { kind: 'run-ended', at, outcome: 'failed', failure: failure('engine.crashed') };
  return { kind: 'run-ended', at, outcome: outcomeOf(state) };
}

/** What may be said only where every source has answered and everything is merged. */
export const claimsOfCompleteness =
  /no client|nobody|none found|no suspect|no match|every source (?:has )?answered|nothing is missing|missing: nothing|no undetermined|is decided|succeeded|\bcomplete\b(?! this run)/i;

/** Checks a property in so many states. */
export function inRandomStates(check: (state: RunState) => void, runs = 2000): void {
  fc.assert(fc.property(randomRunState, check), { numRuns: runs });
}
