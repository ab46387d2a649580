/**
 * From the events of a run to the records of the history: begin of the run, begin of each execution, every attempt, every
 * end. No clock, no file, no store: the same events always give the same records.
 */
import { assertNever } from '../base/assert-never.ts';
import { type Instant, microsOfInstant } from '../model/instant.ts';
import type { PlannedSource, RunPlan, SourceId } from '../model/plan.ts';
import type { EndedAttempt, NumberedRunEvent, RunState, SourceOutcome } from '../model/run.ts';
import { filterSentences } from '../model/rule-filters.ts';
import { coverageOf, initialRunState, reduceRun, sourceOf } from '../model/run-reducer.ts';
import { type ExecutionEnd, endOf, notEnded } from './execution-end.ts';
import { attemptsAfter, endLast, type SourceStateEvent, withEnded } from './recorded-attempts.ts';
import type { AttemptRecord, ExecutionRecord, HistoryEvent, JsonObject, RunRecord } from './records.ts';

/** What is known of a query besides the plan. */
export interface QueryFacts {
  readonly text: string;
  /** SHA-256 of the text, see `sha256` in stored-text.ts. */
  readonly hash: string;
  readonly complexity: number | null;
  /** How its database is reached, without secrets; see connection-params.ts. */
  readonly connectionParams: JsonObject;
}

/** What the records of one run need besides its events. */
export interface RecorderContext {
  readonly conversationId: string | null;
  /** Name of the rule that is evaluated. */
  readonly rule: string;
  /** Asked once for each execution. */
  readonly queryOf: (source: PlannedSource) => QueryFacts;
}

/** How often a run, and each source of it, went on after an end. */
export interface RecordedRounds {
  readonly resumes: number;
  /** Sources that are not named are in their first round. */
  readonly rounds: Readonly<Record<SourceId, number>>;
}

interface OpenExecution {
  readonly facts: QueryFacts;
  readonly round: number;
  readonly startedAt: Instant;
  attempts: readonly AttemptRecord[];
  /** Number of the attempt that the last event told of. */
  told: number;
}

/** Records one run. Give it all of the run's events in order, from `run-started` on. */
export class RunRecorder {
  readonly #context: RecorderContext;
  readonly #open = new Map<SourceId, OpenExecution>();
  readonly #rounds = new Map<SourceId, number>();
  #state: RunState | undefined;
  #cancelledBy: string | null = null;
  #resumes = 0;

  /** `earlier`: where the run is one that ended before, in this program or another, and goes on. */
  constructor(context: RecorderContext, earlier?: { readonly state: RunState } & RecordedRounds) {
    this.#context = context;
    this.#state = earlier?.state;
    this.#resumes = earlier?.resumes ?? 0;
    for (const [source, round] of Object.entries(earlier?.rounds ?? {})) this.#rounds.set(source, round);
  }

  /** What has to be known to go on later. */
  get rounds(): RecordedRounds {
    return { resumes: this.#resumes, rounds: Object.fromEntries(this.#rounds) };
  }

  /** What is to be recorded because of this event. @throws Error when the first event is not `run-started` */
  take({ event }: NumberedRunEvent): readonly HistoryEvent[] {
    const state = event.kind === 'run-started' ? initialRunState(event.plan, event.at) : reduceRun(this.#started(), event);
    this.#state = state;
    switch (event.kind) {
      case 'run-started':
      case 'run-ended':
        return [this.#run(state)];
      case 'run-resumed':
        this.#cancelledBy = null;
        this.#resumes += 1;
        for (const source of event.sources) this.#rounds.set(source, this.#roundOf(source) + 1);
        return [this.#run(state)];
      case 'source-state':
        return event.status === 'waiting' ? [] : this.#attempt(state, event);
      case 'source-ended':
        return [this.#end(state, event.source, event.outcome, event.at)];
      case 'cancel-requested':
        if (event.database === undefined) this.#cancelledBy = event.by;
        return [];
      case 'attempt-ended':
        return [this.#attemptEnded(state, event.source, event)];
      case 'database-process':
      case 'source-progress':
      case 'warned':
      case 'evaluating':
      case 'merged':
        return [];
      default:
        return assertNever(event);
    }
  }

  #started(): RunState {
    if (this.#state === undefined) throw new Error('a run begins with run-started');
    return this.#state;
  }

  #roundOf(source: SourceId): number {
    return this.#rounds.get(source) ?? 1;
  }

  #run(state: RunState): HistoryEvent {
    return { kind: 'run', record: runRecord(state, this.#context, this.#cancelledBy, this.#resumes) };
  }

  #openExecution(state: RunState, id: SourceId, at: Instant): OpenExecution {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const { source } = sourceOf(state, id);
    const opened = { facts: this.#context.queryOf(source), round: this.#roundOf(id), startedAt: at, attempts: [], told: 0 };
    this.#open.set(id, opened);
    return opened;
  }

  #attempt(state: RunState, event: SourceStateEvent): readonly HistoryEvent[] {
    const execution = this.#openExecution(state, event.source, event.at);
    const attempts = attemptsAfter(execution.attempts, event, execution.told);
    execution.told = event.attempt;
    if (attempts === execution.attempts) return [];
    execution.attempts = attempts;
    return [this.#snapshot(state, event.source, execution, notEnded)];
  }

  #attemptEnded(state: RunState, id: SourceId, ended: EndedAttempt): HistoryEvent {
    const execution = this.#openExecution(state, id, ended.startedAt);
    execution.attempts = withEnded(execution.attempts, ended);
    return this.#snapshot(state, id, execution, notEnded);
  }

  #end(state: RunState, id: SourceId, outcome: SourceOutcome, at: Instant): HistoryEvent {
    const hasStarted = this.#open.has(id);
    const execution = this.#openExecution(state, id, at);
    this.#open.delete(id);
    const end = endOf(outcome, at, hasStarted ? secondsBetween(execution.startedAt, at) : null);
    execution.attempts = endLast(execution.attempts, at, end);
    return this.#snapshot(state, id, execution, end);
  }

  #snapshot(state: RunState, id: SourceId, execution: OpenExecution, end: ExecutionEnd): HistoryEvent {
    const { plan } = state;
    const { source } = sourceOf(state, id);
    const { facts, attempts } = execution;
    const place = plan.sources.findIndex((planned) => planned.id === id) + 1;
    const record: ExecutionRecord = {
      executionId: `${plan.runId}:${String(place)}:${String(execution.round)}`,
      runId: plan.runId,
      userId: plan.user,
      conversationId: this.#context.conversationId,
      queryText: facts.text,
      queryName: source.query,
      sqlHash: facts.hash,
      databaseName: source.database,
      databaseType: plan.databases.find((database) => database.name === source.database)?.driver ?? 'unknown',
      queryComplexity: facts.complexity,
      page: null,
      pageSize: null,
      attempts: attempts.length,
      endpoint: attempts.at(-1)?.endpoint ?? null,
      startedAt: execution.startedAt,
      connectionParams: facts.connectionParams,
      requestMetadata: requestMetadata(plan, source, execution.round),
      ...end,
    };
    return { kind: 'execution', record, attempts };
  }
}

function requestMetadata(plan: RunPlan, source: PlannedSource, round: number): JsonObject {
  const { startDate, strict, sampleData } = plan;
  return { changeType: source.changeType, timeoutMs: source.timeoutMs, round, startDate, strict, sampleData };
}

function runRecord(state: RunState, context: RecorderContext, cancelledBy: string | null, resumes: number): RunRecord {
  const { plan, merge, failure } = state;
  const { expected, answered, missing } = coverageOf(state);
  return {
    runId: plan.runId,
    userId: plan.user,
    conversationId: context.conversationId,
    lastEvent: plan.lastEvent,
    windowFrom: plan.window.from,
    windowTo: plan.window.to,
    windowHours: plan.windowHours,
    rule: context.rule,
    strict: plan.strict,
    sampleData: plan.sampleData,
    plan,
    outcome: state.outcome ?? null,
    startedAt: state.startedAt,
    completedAt: state.endedAt ?? null,
    cancelledBy,
    resumes,
    expectedSources: expected,
    answeredSources: answered,
    missing,
    confirmed: merge?.confirmed ?? null,
    undetermined: merge?.undetermined ?? null,
    clientsInWindow: merge?.clientsInWindow ?? null,
    eventsInWindow: merge?.eventsInWindow ?? null,
    totalRows: merge?.rows ?? null,
    errorMessage: failure?.message ?? null,
    errorCode: failure === undefined ? null : (failure.vendorCode ?? failure.code),
    filters: filterSentences(state),
  };
}

/** Seconds between two instants; 0 where the machine's clock was set back in between. */
function secondsBetween(from: Instant, to: Instant): number {
  return Math.max(0, Number(microsOfInstant(to) - microsOfInstant(from)) / 1_000_000);
}
