/** What the REST interface says of runs, and its form. Every answer names what is missing. */
import * as z from 'zod';
import type { StoredRun } from '../../model/history-pages.ts';
import type { RunPlan } from '../../model/plan.ts';
import type { MissingSource, RunState } from '../../model/run.ts';
import { filterSentences } from '../../model/rule-filters.ts';
import { figuresOfRun, isRecordBrokenOff } from '../../model/run-evaluation.ts';
import { coverageOf } from '../../model/run-reducer.ts';

const count = z.int();
const text = z.string();
const maybe = <T extends z.ZodType>(schema: T): z.ZodNullable<T> => schema.nullable();
const window = z.object({ from: text, to: text });

/** A source without an answer. */
export const missingForm = z.object({
  source: text,
  database: text,
  query: text,
  change_type: maybe(text),
  reason: text,
  message: text,
  code: maybe(text),
  unknown_from: text,
  unknown_to: text,
});

/** Answered of expected sources. */
export const coverageForm = z.object({ expected: count, answered: count });

/** One run. */
export const runForm = z.object({
  run_id: text,
  user_id: text,
  case_reference: maybe(text),
  rule: text,
  last_event: text,
  window,
  window_hours: z.number(),
  range: maybe(window).describe('Of a hunt: every window of window_hours in it is looked at; null for an analysis'),
  strict: z.boolean(),
  sample_data: z.boolean(),
  databases: z.array(text),
  outcome: maybe(z.enum(['succeeded', 'partial', 'failed', 'cancelled', 'interrupted'])).describe('null while it runs'),
  started_at: text,
  completed_at: maybe(text),
  coverage: coverageForm,
  missing: z.array(missingForm),
  confirmed: maybe(count).describe(
    'Clients; null where nothing was merged, or the run has ended and its rule was not evaluated to its end: error_code says why. While anything is missing, this is no upper limit',
  ),
  undetermined: maybe(count),
  clients_in_window: maybe(count),
  events_in_window: maybe(count),
  total_rows: maybe(count),
  error_message: maybe(text),
  error_code: maybe(text),
  filters: maybe(z.array(text)).describe("What the rule's filters hid, a sentence each; null where an earlier version recorded the run"),
});

/** A source as an answer names it. */
export function missingAnswer(missing: MissingSource): z.input<typeof missingForm> {
  const { source, database, query, changeType, reason, message, code = null, window: unknown } = missing;
  return { source, database, query, change_type: changeType, reason, message, code, unknown_from: unknown.from, unknown_to: unknown.to };
}

function rangeOf({ range }: RunPlan): z.input<typeof runForm>['range'] {
  return range === undefined ? null : { from: range.from, to: range.to };
}

/** A run as the history has it. */
export function runOfRecord(run: StoredRun): z.input<typeof runForm> {
  const figures = isRecordBrokenOff(run) ? undefined : run;
  return {
    run_id: run.runId,
    user_id: run.userId,
    case_reference: run.conversationId,
    rule: run.rule,
    last_event: run.lastEvent,
    window: { from: run.windowFrom, to: run.windowTo },
    window_hours: run.windowHours,
    range: rangeOf(run.plan),
    strict: run.strict,
    sample_data: run.sampleData,
    databases: run.plan.databases.map(({ name }) => name),
    outcome: run.outcome,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    coverage: { expected: run.expectedSources, answered: run.answeredSources },
    missing: run.missing.map((each) => missingAnswer(each)),
    confirmed: figures?.confirmed ?? null,
    undetermined: figures?.undetermined ?? null,
    clients_in_window: figures?.clientsInWindow ?? null,
    events_in_window: figures?.eventsInWindow ?? null,
    total_rows: figures?.totalRows ?? null,
    error_message: run.errorMessage,
    error_code: run.errorCode,
    filters: run.filters === undefined ? null : [...run.filters],
  };
}

/** A run of this program as it stands now. */
export function runOfState(state: RunState): z.input<typeof runForm> {
  const { plan, failure } = state;
  const figures = figuresOfRun(state);
  const { expected, answered, missing } = coverageOf(state);
  return {
    run_id: plan.runId,
    user_id: plan.user,
    case_reference: plan.caseReference ?? null,
    rule: plan.rule.key,
    last_event: plan.lastEvent,
    window: { from: plan.window.from, to: plan.window.to },
    window_hours: plan.windowHours,
    range: rangeOf(plan),
    strict: plan.strict,
    sample_data: plan.sampleData,
    databases: plan.databases.map(({ name }) => name),
    outcome: state.outcome ?? null,
    started_at: state.startedAt,
    completed_at: state.endedAt ?? null,
    coverage: { expected, answered },
    missing: missing.map((each) => missingAnswer(each)),
    confirmed: figures?.confirmed ?? null,
    undetermined: figures?.undetermined ?? null,
    clients_in_window: figures?.clientsInWindow ?? null,
    events_in_window: figures?.eventsInWindow ?? null,
    total_rows: figures?.rows ?? null,
    error_message: failure?.message ?? null,
    error_code: failure === undefined ? null : (failure.vendorCode ?? failure.code),
    filters: [...filterSentences(state)],
  };
}
