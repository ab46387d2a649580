/** The analysis of one interval of a schedule, and what came of it. */
import { AbortedError, abortReasonOf, onAbort } from '../base/abort.ts';
import type { CheckedInput } from '../contract/methods.ts';
import { CamError, type Failure, isRefusedLogon, retryClassOf } from '../model/failure.ts';
import type { Instant } from '../model/instant.ts';
import { filterSentences } from '../model/rule-filters.ts';
import { figuresOfRun } from '../model/run-evaluation.ts';
import { coverageOf } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import type { IntervalResult } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';
import type { Evaluation, EvaluationRequest } from '../schedule/ports.ts';
import type { ReportService } from './report-service.ts';
import type { RunService } from './run-service.ts';

/** Makes evaluations out of runs. */
export class IntervalEvaluation {
  readonly #runs: RunService;
  readonly #reports: ReportService;

  constructor(runs: RunService, reports: ReportService) {
    this.#runs = runs;
    this.#reports = reports;
  }

  /**
   * Runs the interval to its end: an earlier run of it that is still kept is completed or evaluated, else a new one is started.
   * @throws AbortedError once the signal is aborted; CamError when no run can be started
   */
  async evaluate(request: EvaluationRequest, onRun: (runId: string) => void, signal: AbortSignal): Promise<Evaluation> {
    const runId = (await this.#resumed(request)) ?? (await this.#started(request));
    onRun(runId);
    const run = this.#runs.get(runId);
    const stopListening = onAbort(signal, (reason) => {
      run.cancel(reason.kind === 'cancel' ? reason.by : 'the program, which is closed');
    });
    await run.ended;
    stopListening();
    // What was broken off says nothing about the interval, however it ended.
    if (signal.aborted) throw new AbortedError(abortReasonOf(signal));
    return evaluationOf(run.state, this.#reports.metadata(runId).headline);
  }

  /** Results that were kept are opened again, also those of another program, so that only what is missing is asked. */
  async #resumed({ interval }: EvaluationRequest): Promise<string | undefined> {
    const { runId, result } = interval;
    const isByPerson = interval.requestedBy !== null;
    if (runId === null || result === null || result.answered === 0) return undefined;
    try {
      await this.#runs.open(runId);
      const asked = await this.#runs.resume(runId, { isByPerson });
      // With every answer there, it was the evaluation that did not come to its end.
      if (asked.length === 0) await this.#runs.evaluate(runId);
      return runId;
    } catch (error) {
      if (!(error instanceof CamError)) throw error;
      // Where somebody else has had it go on, its end is waited for; what is not kept any more is asked anew.
      return this.#goesOn(runId) ? runId : undefined;
    }
  }

  #goesOn(runId: string): boolean {
    return this.#runs.has(runId) && this.#runs.get(runId).state.status !== 'ended';
  }

  async #started({ schedule, interval, windowHours }: EvaluationRequest): Promise<string> {
    const { runId } = await this.#runs.start(requestOf(schedule, interval.to, windowHours), {
      schedule: schedule.name,
      isByPerson: interval.requestedBy !== null,
    });
    return runId;
  }
}

/** The run that a schedule asks for. */
export function requestOf(schedule: ScheduleConfig, lastEvent: Instant, windowHours: number): CheckedInput<'run.start'> {
  const { databases, partitions, caseReference } = schedule;
  return {
    lastEvent,
    zone: schedule.zone,
    windowHours,
    strict: schedule.strict,
    ...(schedule.rule === undefined ? {} : { rule: schedule.rule }),
    ...(caseReference === undefined ? {} : { caseReference }),
    ...(databases === undefined ? {} : { databases: [...databases] }),
    ...(partitions === undefined
      ? {}
      : { partitions: Object.fromEntries(Object.entries(partitions).map(([key, values]) => [key, [...values]])) }),
  };
}

/** What an ended run says about its interval. Nothing but a run in which every source answered makes it done. */
export function evaluationOf(state: RunState, headline: string): Evaluation {
  const { outcome = 'failed', plan, failure: cause } = state;
  const figures = figuresOfRun(state);
  const { expected, answered, missing } = coverageOf(state);
  const result: IntervalResult = {
    outcome,
    windowHours: plan.windowHours,
    confirmed: figures?.confirmed ?? null,
    undetermined: figures?.undetermined ?? null,
    expected,
    answered,
    missing,
    headline,
    sampleData: plan.sampleData,
    filters: filterSentences(state),
    ...(plan.caseReference === undefined ? {} : { caseReference: plan.caseReference }),
  };
  if (outcome === 'succeeded' && missing.length === 0 && figures !== undefined)
    return { state: 'done', reason: null, result, mayRetry: false };
  const isCancelled = outcome === 'cancelled';
  const isPartial = answered > 0 && figures !== undefined && outcome !== 'failed';
  const reason = isCancelled ? 'The run was cancelled.' : (cause?.message ?? reasonOf(missing.length, expected));
  return { state: isPartial ? 'incomplete' : 'failed', reason, result, mayRetry: !isCancelled && mayRetry(state) };
}

function reasonOf(missing: number, expected: number): string {
  return missing === 0 ? 'The results were not merged.' : `${String(missing)} of ${String(expected)} sources did not answer.`;
}

/** A logon that was refused is never repeated by itself: three of them lock the account, and a run asks all that is missing. */
function mayRetry(state: RunState): boolean {
  const failures: readonly Failure[] = [
    ...Object.values(state.sources).flatMap(({ outcome }) => (outcome !== undefined && 'failure' in outcome ? [outcome.failure] : [])),
    ...(state.failure === undefined ? [] : [state.failure]),
  ];
  return !failures.some(isRefusedLogon) && failures.some((one) => retryClassOf(one) !== 'never');
}
