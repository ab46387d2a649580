/** What a run is going to do: a pure function of configuration and request. */
import { defaultChangeTypes } from '../model/change-type.ts';
import { type Configuration, type DatabaseConfig, endpointLabel } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import { addHours, earlierOf, type Instant, instantFromMs, msOfInstant } from '../model/instant.ts';
import { type PlannedSource, type RunPlan, sourceIdOf } from '../model/run.ts';

/** What was asked for, already checked; times are instants. */
export interface PlanRequest {
  readonly lastEvent: Instant;
  /** Zone in which the analyst reads times; default: the settings'. */
  readonly zone?: string | undefined;
  /** Default: the settings'. */
  readonly windowHours?: number | undefined;
  readonly strict: boolean;
  /** Only these databases; default: all. */
  readonly databases?: readonly string[] | undefined;
}

/** Identity and time of a plan, given from outside so that planning stays a pure function. */
export interface PlanContext {
  readonly runId: string;
  readonly nowMs: number;
  readonly user: string;
}

const dayHours = 24;
const clockToleranceMs = 60_000;

/**
 * Plans a run.
 * @throws CamError `request.invalid` when a named database is not configured or nothing is left to run
 */
export function planRun(configuration: Configuration, request: PlanRequest, context: PlanContext): RunPlan {
  const databases = chosenDatabases(configuration, request.databases);
  const { settings } = configuration;
  const windowHours = request.windowHours ?? settings.windowHours;
  const from = addHours(request.lastEvent, -windowHours);
  const lookback = addHours(instantFromMs(context.nowMs), -settings.lookbackDays * dayHours);
  return {
    runId: context.runId,
    createdAt: instantFromMs(context.nowMs),
    user: context.user,
    lastEvent: request.lastEvent,
    window: { from, to: request.lastEvent },
    windowHours,
    startDate: earlierOf(lookback, from),
    zone: request.zone ?? settings.zone,
    strict: request.strict,
    sampleData: configuration.sampleData,
    changeTypes: defaultChangeTypes,
    databases: databases.map((database) => ({
      name: database.name,
      driver: database.driver,
      endpoint: endpointLabel(database.endpoint),
      zone: database.zone,
      maxConcurrency: database.maxConcurrency,
    })),
    sources: databases.flatMap(sourcesOf),
    notes: notesFor(request, databases, context.nowMs, settings.lookbackDays),
  };
}

function chosenDatabases(configuration: Configuration, names: readonly string[] | undefined): readonly DatabaseConfig[] {
  const unknown = (names ?? []).filter((name) => !configuration.databases.some((database) => database.name === name));
  if (unknown.length > 0) {
    throw new CamError(
      failure('request.invalid', {
        message: `No database of this name is configured: ${unknown.join(', ')}.`,
        action: `Choose from: ${configuration.databases.map((database) => database.name).join(', ')}.`,
      }),
    );
  }
  const chosen = configuration.databases.filter((database) => names?.includes(database.name) ?? true);
  if (chosen.every((database) => database.queries.length === 0)) {
    throw new CamError(
      failure('request.invalid', { message: 'There is nothing to run.', action: 'Choose at least one database that has queries.' }),
    );
  }
  return chosen;
}

function sourcesOf(database: DatabaseConfig): PlannedSource[] {
  return database.queries.map((query) => ({
    id: sourceIdOf(database.name, query.name),
    database: database.name,
    query: query.name,
    changeType: query.changeType,
    timeoutMs: query.timeoutMs,
  }));
}

function notesFor(request: PlanRequest, databases: readonly DatabaseConfig[], nowMs: number, lookbackDays: number): string[] {
  const notes: string[] = [];
  const lastEventMs = msOfInstant(request.lastEvent);
  if (lastEventMs > nowMs + clockToleranceMs)
    notes.push('The last event time lies in the future: changes that have not been made yet cannot be found.');
  if (lastEventMs < nowMs - lookbackDays * dayHours * 3_600_000) {
    notes.push(`The last event time is more than ${String(lookbackDays)} days ago: the queries reach back to the beginning of its window.`);
  }
  const present = new Set(databases.flatMap((database) => database.queries.map((query) => query.changeType)));
  const absent = defaultChangeTypes.filter((type) => !present.has(type));
  if (absent.length > 0) notes.push(`No query gives ${absent.join(', ')} changes, so no client can be confirmed.`);
  return notes;
}
