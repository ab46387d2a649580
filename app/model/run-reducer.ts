/**
 * The one place where a run's state moves. Core and window run the same function over the same events, so they agree.
 */
import { assertNever } from '../base/assert-never.ts';
import { laterOf } from './instant.ts';
import { noCost } from './policy.ts';
import type { RunPlan, SourceId } from './plan.ts';
import type {
  Coverage,
  DatabaseState,
  EndedAttempt,
  MissingSource,
  RunEvent,
  RunState,
  SourceOutcome,
  SourceState,
  SourceStatus,
} from './run.ts';

/** The state a run starts in. */
export function initialRunState(plan: RunPlan, startedAt: string): RunState {
  return {
    plan,
    status: 'running',
    startedAt,
    warnings: [],
    sources: Object.fromEntries(plan.sources.map((source) => [source.id, freshSource({ source })])),
    databases: Object.fromEntries(
      plan.databases.map((database) => [
        database.name,
        { database, status: 'waiting', endpoint: database.endpoint } satisfies DatabaseState,
      ]),
    ),
  };
}

function freshSource({ source }: Pick<SourceState, 'source'>): SourceState {
  return { source, status: 'waiting', attempt: 0, attempts: [], rows: 0, bytes: 0, rowsPerSecond: 0, cost: noCost, cancelling: false };
}

/**
 * The state after an event.
 * @throws Error on an impossible move (an unknown source, an event for a source that has ended): a mistake in the program.
 */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'run-started':
      return initialRunState(event.plan, event.at);
    case 'database-process':
      return withDatabase(state, event.database, {
        ...(event.processId === undefined ? {} : { processId: event.processId }),
        ...(event.note === undefined ? {} : { note: event.note }),
      });
    case 'source-state': {
      const { startedAt } = liveSource(state, event.source);
      return withSource(state, event.source, {
        status: event.status,
        attempt: event.attempt,
        rows: 0,
        bytes: 0,
        rowsPerSecond: 0,
        ...(event.status === 'waiting' || startedAt !== undefined ? {} : { startedAt: event.at }),
        ...(event.endpoint === undefined ? {} : { endpoint: event.endpoint }),
      });
    }
    case 'source-progress':
      liveSource(state, event.source);
      return withSource(state, event.source, {
        ...{ rows: event.rows, bytes: event.bytes, rowsPerSecond: event.rowsPerSecond },
        ...(event.cost === undefined ? {} : { cost: event.cost }),
      });
    case 'warned':
      return warned(state, event);
    case 'attempt-ended': {
      const { attempts } = liveSource(state, event.source);
      return withSource(state, event.source, { attempts: [...attempts, attemptOf(event)], rowsPerSecond: 0 });
    }
    case 'source-ended':
      return withSource(state, event.source, {
        attempt: attemptsMade(liveSource(state, event.source)),
        ...endOf(event.outcome, event.at),
        ...(event.cost === undefined ? {} : { cost: event.cost }),
      });
    case 'cancel-requested':
      return cancelRequested(state, event.database);
    case 'evaluating':
      return { ...state, evaluation: event.progress };
    case 'merged':
      return { ...notEvaluating(state), merge: event.merge };
    case 'run-resumed':
      return resumed(state, event.sources);
    case 'run-ended':
      return {
        ...notEvaluating(state),
        status: 'ended',
        endedAt: event.at,
        outcome: event.outcome,
        ...(event.failure === undefined ? {} : { failure: event.failure }),
      };
    default:
      return assertNever(event);
  }
}

/** Whether a source has reached an end. */
export function isEnded(source: SourceState): boolean {
  return source.outcome !== undefined;
}

/** Outcomes whose rows are in the merge and can be looked at. */
export type OutcomeWithRows = Extract<SourceOutcome, { kind: 'completed' | 'partial' }>;

/** Whether a source has left rows that count as evidence; `completed` alone is a whole answer. */
export function hasRows(outcome: SourceOutcome | undefined): outcome is OutcomeWithRows {
  return outcome?.kind === 'completed' || outcome?.kind === 'partial';
}

/** The state shown for an outcome. */
export function statusOfOutcome(outcome: SourceOutcome): SourceStatus {
  switch (outcome.kind) {
    case 'completed':
      return 'completed';
    case 'cancelled':
      return 'cancelled';
    case 'failed':
    case 'timeout':
    case 'skipped':
    case 'partial':
    case 'budget':
      return 'failed';
    default:
      return assertNever(outcome);
  }
}

/**
 * Answered of expected sources, with everything that has not answered and why. Sources outside the rules count too, and so
 * does a change type of the rule that no source of the run tells about: what nobody was asked is as unknown as what
 * nobody answered.
 */
export function coverageOf(state: RunState): Coverage {
  const all = state.plan.sources.map((source) => sourceOf(state, source.id));
  const unanswered = all.flatMap((source) => missingOf(state, source));
  const unasked = unaskedTypes(state.plan);
  const expected = all.length + unasked.length;
  const answered = all.length - unanswered.length;
  return { expected, answered, ratio: expected === 0 ? 0 : answered / expected, missing: [...unanswered, ...unasked] };
}

/** Sources of the plan that have not answered, or only in part: the ones that can be asked again. */
export function unansweredSources(state: RunState): readonly SourceId[] {
  return state.plan.sources.flatMap(({ id }) => (sourceOf(state, id).outcome?.kind === 'completed' ? [] : [id]));
}

/** What the rule needs and no source of the run tells about, in words; each once. */
function unaskedTypes({ changeTypes, rule, sources, window }: RunPlan): readonly MissingSource[] {
  const types = changeTypes.filter((changeType) => sources.every((source) => source.changeType !== changeType));
  const silent = rule.sources.filter((own) => own.sources.length === 0).map(({ detection }) => detection);
  const others = rule.detections.filter(({ key, about }) => silent.includes(key) && !types.includes(about));
  const about = (what: string, changeType: string | null): MissingSource => ({
    source: `${what} (no source in this run)`,
    database: '',
    query: '',
    changeType,
    reason: 'skipped',
    message: `No source of this run tells about ${what} changes.`,
    window,
  });
  const named = [...new Set(others.map((detection) => detection.about))].filter((what) => !types.includes(what.toLowerCase()));
  return [...types.map((type) => about(type, type)), ...named.map((what) => about(what, null))];
}

/** A source of the run by id. @throws Error when the run has no such source. */
export function sourceOf(state: RunState, id: SourceId): SourceState {
  const source = state.sources[id];
  if (source === undefined) throw new Error(`the run has no source ${id}`);
  return source;
}

/** The state of a database as its sources make it: what still moves comes before what has ended, failure before success. */
export function databaseStatusOf(sources: readonly SourceState[]): SourceStatus {
  const order: readonly SourceStatus[] = ['running', 'retrying', 'connecting', 'waiting', 'failed', 'cancelled', 'completed'];
  const has = new Set(sources.map((source) => source.status));
  if (has.has('waiting') && !has.has('running') && !has.has('retrying') && !has.has('connecting') && has.size > 1) return 'running';
  return order.find((status) => has.has(status)) ?? 'waiting';
}

function missingOf(state: RunState, { source, outcome }: SourceState): MissingSource[] {
  if (outcome?.kind === 'completed') return [];
  const base = {
    source: source.id,
    database: source.database,
    query: source.query,
    changeType: source.changeType,
    window: state.plan.window,
  };
  if (outcome === undefined) return [{ ...base, reason: 'running', message: 'It has not answered yet.' }];
  if (outcome.kind === 'cancelled') return [{ ...base, reason: 'cancelled', message: outcome.note }];
  const { failure } = outcome;
  const missing = { ...base, reason: outcome.kind, message: failure.message, code: failure.vendorCode ?? failure.code };
  if (outcome.kind !== 'partial') return [missing];
  const { from, to } = base.window;
  return [{ ...missing, window: { from: laterOf(from, outcome.knownUntil), to } }];
}

function attemptOf({ attempt, endpoint, startedAt, at, outcome, failure, lagMs, retryAt }: EndedAttempt): EndedAttempt {
  return {
    ...{ attempt, endpoint, startedAt, at, outcome },
    ...(failure === undefined ? {} : { failure }),
    ...(lagMs === undefined ? {} : { lagMs }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/** A source that waits to try again is told of with the number of the attempt to come, which is not made where it ends in that wait. */
function attemptsMade({ status, attempt, attempts }: SourceState): number {
  return status === 'retrying' ? (attempts.at(-1)?.attempt ?? Math.max(0, attempt - 1)) : attempt;
}

function endOf(outcome: SourceOutcome, at: string): Partial<SourceState> {
  const end = { status: statusOfOutcome(outcome), outcome, endedAt: at, cancelling: false, rowsPerSecond: 0 };
  return hasRows(outcome) ? { ...end, rows: outcome.rows, bytes: outcome.bytes } : end;
}

function liveSource(state: RunState, id: SourceId): SourceState {
  const source = sourceOf(state, id);
  if (isEnded(source)) throw new Error(`source ${id} has ended already`);
  return source;
}

function withSource(state: RunState, id: SourceId, change: Partial<SourceState>): RunState {
  const source = { ...sourceOf(state, id), ...change };
  const next = { ...state, sources: { ...state.sources, [id]: source } };
  return refreshDatabase(next, source.source.database);
}

function withDatabase(state: RunState, name: string, change: Partial<DatabaseState>): RunState {
  const database = state.databases[name];
  if (database === undefined) throw new Error(`the run has no database ${name}`);
  return { ...state, databases: { ...state.databases, [name]: { ...database, ...change } } };
}

function refreshDatabase(state: RunState, name: string): RunState {
  const own = Object.values(state.sources).filter((source) => source.source.database === name);
  const endpoint = own.find((source) => source.endpoint !== undefined)?.endpoint;
  return withDatabase(state, name, { status: databaseStatusOf(own), ...(endpoint === undefined ? {} : { endpoint }) });
}

function cancelRequested(state: RunState, database: string | undefined): RunState {
  const sources = Object.fromEntries(
    Object.entries(state.sources).map(([id, source]) => [
      id,
      isEnded(source) || (database !== undefined && source.source.database !== database) ? source : { ...source, cancelling: true },
    ]),
  );
  return { ...state, sources, status: database === undefined ? 'cancelling' : state.status };
}

function warned(state: RunState, { kind: _kind, ...warning }: Extract<RunEvent, { kind: 'warned' }>): RunState {
  return { ...state, warnings: [...state.warnings, warning] };
}

function notEvaluating({ evaluation: _evaluation, ...state }: RunState): RunState {
  return state;
}

function resumed(state: RunState, ids: readonly SourceId[]): RunState {
  const { endedAt: _endedAt, outcome: _outcome, failure: _failure, ...rest } = state;
  const sources = { ...state.sources };
  for (const id of ids) sources[id] = freshSource(sourceOf(state, id));
  let next: RunState = { ...rest, status: 'running', sources };
  for (const name of new Set(ids.map((id) => sourceOf(state, id).source.database))) next = refreshDatabase(next, name);
  return next;
}
