/** What a report says about itself, made once from the run's state and used by every artefact. */
import type { Instant } from '../model/instant.ts';
import { msOfInstant } from '../model/instant.ts';
import type { ReportMetadata, ReportSource } from '../model/report.ts';
import { alikeClients, filterSentences, leftOutRows } from '../model/rule-filters.ts';
import { ruleFromTo } from '../model/rule-words.ts';
import { confidenceOfRun, isBrokenOff, isEvaluated } from '../model/run-evaluation.ts';
import { coverageOf, hasRows, sourceOf } from '../model/run-reducer.ts';
import type { RunState, SourceState } from '../model/run.ts';
import { headlineOf } from './headline.ts';

const program = 'Client Activity Monitor';

/** The metadata of a run as it stands now. `createdAt` is when the artefact is made. */
export function reportMetadata(state: RunState, extra: { readonly version: string; readonly createdAt: Instant }): ReportMetadata {
  const { plan, merge } = state;
  const coverage = coverageOf(state);
  const { missing } = coverage;
  const { confirmed, undetermined } = merge ?? { confirmed: 0, undetermined: 0 };
  const { rule, windowHours } = plan;
  const { withoutId, withoutTime } = leftOutRows(state);
  const headline = headlineOf({
    rule,
    windowHours,
    confirmed,
    undetermined,
    missing,
    isFinal: isEvaluated(state),
    ...(isBrokenOff(state) ? { brokenOff: brokenOffBy(state) } : {}),
    leftOut: withoutId + withoutTime,
    alike: alikeClients(merge),
    isMerged: merge !== undefined,
    windows: merge?.rule?.windows,
  });
  return {
    program,
    version: extra.version,
    runId: plan.runId,
    user: plan.user,
    ...(plan.caseReference === undefined ? {} : { caseReference: plan.caseReference }),
    createdAt: extra.createdAt,
    runStartedAt: state.startedAt,
    ...(state.endedAt === undefined ? {} : { runSeconds: secondsBetween(state.startedAt, state.endedAt) }),
    lastEvent: plan.lastEvent,
    window: plan.window,
    windowHours,
    zone: plan.zone,
    rule: ruleFromTo(rule, windowHours, plan.range),
    ruleName: rule.key,
    filters: filterSentences(state),
    sampleData: plan.sampleData,
    outcome: state.outcome ?? 'running',
    figures: merge === undefined ? 'none' : isEvaluated(state) ? 'final' : 'so far',
    confirmed,
    undetermined,
    answered: coverage.answered,
    expected: coverage.expected,
    coveragePercent: coverage.ratio * 100,
    confidencePercent: confidenceOfRun(state) * 100,
    missing,
    sources: plan.sources.map((source) => reportSource(sourceOf(state, source.id))),
    notes: [...plan.notes, ...state.warnings.map(({ message }) => message), ...answerNotes(state)],
    headline: state.outcome === 'failed' && plan.strict ? `Strict run without a result: ${headline}` : headline,
  };
}

/** What kept the last evaluation from its end. */
function brokenOffBy({ failure, outcome }: RunState): 'cancel' | 'failure' {
  return failure?.code === 'run.not-evaluated' && outcome === 'cancelled' ? 'cancel' : 'failure';
}

/** What is to be known about answers, such as that one was given before. */
function answerNotes({ plan, sources }: RunState): readonly string[] {
  return plan.sources.flatMap(({ id }) => {
    const outcome = sources[id]?.outcome;
    return outcome?.kind === 'completed' && outcome.note !== undefined ? [`${id}: ${outcome.note}`] : [];
  });
}

function reportSource(state: SourceState): ReportSource {
  const { source, outcome, startedAt, endedAt } = state;
  const reason = reasonOf(state);
  return {
    source: source.id,
    database: source.database,
    query: source.query,
    changeType: source.changeType,
    outcome: outcome?.kind ?? 'running',
    rows: hasRows(outcome) ? outcome.rows : 0,
    ...(state.endpoint === undefined ? {} : { endpoint: state.endpoint }),
    ...(startedAt === undefined || endedAt === undefined ? {} : { seconds: secondsBetween(startedAt, endedAt) }),
    cost: costOf(state.cost),
    ...(reason === undefined ? {} : { error: reason }),
    ...(outcome?.kind === 'completed' && outcome.cachedFrom !== undefined ? { cachedFrom: outcome.cachedFrom } : {}),
  };
}

function costOf({ rows, bytes, statements, databaseMs }: SourceState['cost']): ReportSource['cost'] {
  return { rows, bytes, statements, databaseSeconds: databaseMs / 1000 };
}

function reasonOf({ outcome }: SourceState): string | undefined {
  if (outcome === undefined || outcome.kind === 'completed') return undefined;
  if (outcome.kind === 'cancelled') return outcome.note;
  const { failure } = outcome;
  return `${failure.message} (${failure.vendorCode ?? failure.code})`;
}

function secondsBetween(from: Instant, to: Instant): number {
  return (msOfInstant(to) - msOfInstant(from)) / 1000;
}
