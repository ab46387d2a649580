/** What a run is going to do: a pure function of configuration and request. */
import { type Configuration, type DatabaseConfig, endpointLabel } from '../model/database.ts';
import type { Failure } from '../model/failure.ts';
import type { EndpointHealth } from '../model/health.ts';
import { type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import type { AskedScope, PlannedDatabase, PlannedSource, RunEstimate, RunPlan, SourceId } from '../model/plan.ts';
import { notesOfClocks } from './plan-clocks.ts';
import { budgetNotes, estimateRun, type Execution, type UsualCosts } from './plan-estimate.ts';
import { type Order, orderTargets, reachableEndpoints, type ReachableEndpoints, standbyNotes } from './plan-order.ts';
import { notesOfRange, planWindow } from './plan-window.ts';
import { changeTypesOf, notesOfRule, planRule } from './plan-rule.ts';
import { findTargets, type Partitions, type Target } from './plan-targets.ts';

/** What was asked for, already checked; times are instants. */
export interface PlanRequest {
  readonly lastEvent: Instant;
  /** Zone in which the analyst reads times; default: the settings'. */
  readonly zone?: string | undefined;
  /** Beginning of the range of a hunt, which ends at `lastEvent`. Absent: one window that ends there. */
  readonly from?: Instant | undefined;
  /** Key of the rule; default: the settings'. */
  readonly rule?: string | undefined;
  /** Default: the settings' for the default rule, else the rule's own timespan. */
  readonly windowHours?: number | undefined;
  readonly strict: boolean;
  /** Only these databases; default: all. */
  readonly databases?: readonly string[] | undefined;
  /** Only this part of partitioned groups; default: all of it. */
  readonly partitions?: Partitions | undefined;
  /** The case that it is done for. */
  readonly caseReference?: string | undefined;
}

/** Identity and time of a plan, and what is known before it, given from outside so that planning stays a pure function. */
export interface PlanContext {
  readonly runId: string;
  readonly nowMs: number;
  readonly user: string;
  /** Endpoints that are not named are taken to be well. */
  readonly health?: readonly EndpointHealth[];
  /** Databases that are not entered because their last logon was refused, by name. */
  readonly refused?: ReadonlyMap<string, Failure>;
  /** What sources usually take, as far as there is a history. */
  readonly costs?: UsualCosts;
}

const dayHours = 24;
const clockToleranceMs = 60_000;

/**
 * Plans a run. Every source that the request expects is in it; those that cannot be executed are named as unplanned too.
 * @throws CamError `request.invalid` when a database, a partition key or a value is not known, or nothing is left to run
 */
export function planRun(configuration: Configuration, request: PlanRequest, context: PlanContext): RunPlan {
  const { settings } = configuration;
  const found = findTargets(configuration, request.databases, request.partitions ?? {});
  const reachable = reachableEndpoints(found.databases, context.health ?? []);
  const order = orderTargets(found, reachable, context.refused);
  const costs: UsualCosts = context.costs ?? new Map();
  const sources = found.targets.map((target) => plannedSource(target, order, reachable, costs));
  const databases = found.databases.map(plannedDatabase);
  const left = new Set(order.unplanned.map(({ source }) => source));
  const planned = left.size === 0 ? sources : sources.filter((source) => !left.has(source.id));
  const execution = { sources: planned, databases, maxFanout: settings.maxFanout, budget: settings.policy.budget };
  const estimate = estimateRun(execution);
  const rule = planRule(configuration, request.rule ?? settings.defaultRule, sources);
  const changeTypes = changeTypesOf(rule, sources);
  const notes = [
    ...notesOfRequest(request, context.nowMs, settings.lookbackDays),
    ...notesOfRule(rule, instantFromMs(context.nowMs)),
    ...noteOfChoice(configuration, request),
    ...found.notes,
    ...standbyNotes(found.databases, reachable),
    ...notesOfCost(execution, costs, estimate, settings.runDeadlineMs),
  ];
  const windowHours = request.windowHours ?? (rule.key === settings.defaultRule ? settings.windowHours : rule.timespanHours);
  const window = planWindow(request, windowHours, { nowMs: context.nowMs, lookbackDays: settings.lookbackDays });
  return {
    runId: context.runId,
    createdAt: instantFromMs(context.nowMs),
    user: context.user,
    ...(request.caseReference === undefined ? {} : { caseReference: request.caseReference }),
    asked: askedScope(request),
    lastEvent: request.lastEvent,
    ...window,
    zone: request.zone ?? settings.zone,
    strict: request.strict,
    sampleData: configuration.sampleData,
    rule,
    changeTypes,
    databases,
    sources,
    unplanned: order.unplanned,
    ...(estimate === undefined ? {} : { estimate }),
    ...(settings.runDeadlineMs === undefined ? {} : { deadlineMs: settings.runDeadlineMs }),
    confidencePenalty: settings.policy.partialConfidencePenalty,
    notes: [...notes, ...notesOfRange(window.range, windowHours), ...notesOfClocks(found.databases, window.window)],
  };
}

function askedScope({ databases, partitions }: PlanRequest): AskedScope {
  return { ...(databases === undefined ? {} : { databases }), ...(partitions === undefined ? {} : { partitions }) };
}

function plannedDatabase(database: DatabaseConfig): PlannedDatabase {
  const { name, driver, endpoint, zone, maxConcurrency, connectTimeoutMs, policy } = database;
  return { name, driver, endpoint: endpointLabel(endpoint), zone, maxConcurrency, connectTimeoutMs, policy };
}

const nothing: readonly SourceId[] = [];

/** Keys that may be absent are set afterwards: spreading them in costs a fifth of a large plan. */
function plannedSource(
  { id, database, query, strategy }: Target,
  order: Order,
  reachable: ReachableEndpoints,
  costs: UsualCosts,
): PlannedSource {
  const planned: { -readonly [K in keyof PlannedSource]: PlannedSource[K] } = {
    id,
    database: database.name,
    query: query.name,
    changeType: query.changeType,
    timeoutMs: query.timeoutMs,
    strategy,
    endpoints: reachable.get(database.name) ?? nothing,
    policy: query.policy,
    after: order.waits.get(id)?.after ?? nothing,
    level: order.levels.get(id) ?? 0,
  };
  const session = order.sessions.get(id);
  const cost = costs.get(id);
  if (query.group !== undefined) planned.group = query.group;
  if (session !== undefined) planned.session = session;
  if (cost !== undefined) planned.estimatedMs = cost.durationMs;
  return planned;
}

/** A client of a database that was left out by choice would look like one who is not there. */
function noteOfChoice({ databases }: Configuration, { databases: chosen }: PlanRequest): string[] {
  const all = databases.filter(({ queries }) => queries.length > 0);
  const left = chosen === undefined ? [] : all.filter(({ name }) => !chosen.includes(name));
  if (left.length === 0) return [];
  const count = `${String(all.length - left.length)} of ${String(all.length)} databases`;
  return [`Only ${count} are asked, as chosen: nothing is known about the others.`];
}

function notesOfRequest(request: PlanRequest, nowMs: number, lookbackDays: number): string[] {
  const notes: string[] = [];
  const lastEventMs = msOfInstant(request.lastEvent);
  if (lastEventMs > nowMs + clockToleranceMs)
    notes.push('The last event time lies in the future: changes that have not been made yet cannot be found.');
  if (lastEventMs < nowMs - lookbackDays * dayHours * 3_600_000) {
    notes.push(`The last event time is more than ${String(lookbackDays)} days ago: the queries reach back to the beginning of its window.`);
  }
  return notes;
}

function notesOfCost(execution: Execution, costs: UsualCosts, estimate: RunEstimate | undefined, deadlineMs: number | undefined): string[] {
  const notes = budgetNotes(execution, costs);
  if (estimate === undefined || deadlineMs === undefined || estimate.durationMs <= deadlineMs) return notes;
  const seconds = (ms: number): string => `${String(Math.ceil(ms / 1000))} s`;
  return [
    `The run usually takes at least ${seconds(estimate.durationMs)}; its deadline of ${seconds(deadlineMs)} ends it before.`,
    ...notes,
  ];
}
