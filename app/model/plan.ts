/** What a run is going to do, as plain data: which source is asked where, in what order, within what limits. */
import type { ChangeType } from './change-type.ts';
import type { DriverKind } from './database.ts';
import type { Failure } from './failure.ts';
import { type Instant, microsOfInstant } from './instant.ts';
import type { DatabasePolicy, QueryPolicy } from './policy.ts';
import type { PlannedRule } from './rule.ts';

/** What completeness is counted in: one (database, query) pair. `<database>/<query name>`; unique within a run. */
export type SourceId = string;

/** The id of a source. */
export function sourceIdOf(database: string, query: string): SourceId {
  return `${database}/${query}`;
}

/** A range of time, both ends inclusive. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Why a source is in a plan. `single`: its query belongs to this database. `broadcast`: it is asked of every member of a
 * group. `multi`: it is asked only of those members that can hold the part of the data that the request names.
 */
export type Strategy = 'single' | 'multi' | 'broadcast';

/** One source as the plan has it. */
export interface PlannedSource {
  readonly id: SourceId;
  readonly database: string;
  readonly query: string;
  readonly changeType: ChangeType | null;
  readonly timeoutMs: number;
  readonly strategy: Strategy;
  /** The group for which its query is declared. */
  readonly group?: string;
  /** Endpoints in words, in the order in which they are tried; those that are left alone are not among them. */
  readonly endpoints: readonly string[];
  readonly policy: QueryPolicy;
  /** Sources whose results it takes values from; it begins when all of them have answered. */
  readonly after: readonly SourceId[];
  /** Its place in the order: 0 where it waits for nobody, else one more than the highest of those it waits for. */
  readonly level: number;
  /** Sources with the same session run on one connection, one after another; the id is that of the first. */
  readonly session?: SourceId;
  /** How long it took before, in milliseconds. */
  readonly estimatedMs?: number;
}

/** An expected source that is not executed, and why. It counts as missing until it is asked again. */
export interface UnplannedSource {
  readonly source: SourceId;
  readonly failure: Failure;
}

/** How long a run will take at least, by what its sources took before. */
export interface RunEstimate {
  readonly durationMs: number;
  /** Of how many sources to be executed the history is known; the others count as nothing. */
  readonly known: number;
  readonly of: number;
}

/** One database as the plan has it. */
export interface PlannedDatabase {
  readonly name: string;
  readonly driver: DriverKind;
  /** The primary endpoint in words. */
  readonly endpoint: string;
  readonly zone: string;
  readonly maxConcurrency: number;
  readonly connectTimeoutMs: number;
  readonly policy: DatabasePolicy;
}

/** How long the range of a hunt is, as decimal text in microseconds; `null` for an analysis, which a hunt is never compared with. */
export function rangeMicrosOf(range: Window | undefined): string | null {
  return range === undefined ? null : String(microsOfInstant(range.to) - microsOfInstant(range.from));
}

/** Of which databases, and of which part of the data, a run was asked for; what is absent was not restricted. */
export interface AskedScope {
  readonly databases?: readonly string[];
  readonly partitions?: Readonly<Record<string, readonly string[]>>;
}

/** What a run is going to do; made by a pure function from configuration and request. */
export interface RunPlan {
  readonly runId: string;
  readonly createdAt: Instant;
  /** SID of whoever asked. */
  readonly user: string;
  /** The schedule that asked; absent where a person did. */
  readonly schedule?: string;
  /** The case that it is done for; absent where none was named. */
  readonly caseReference?: string;
  /** What was chosen, so that the same can be asked again; absent in plans of earlier versions. */
  readonly asked?: AskedScope;
  /** T: the end of the window. */
  readonly lastEvent: Instant;
  readonly window: Window;
  readonly windowHours: number;
  /** Present in a hunt: every window of `windowHours` that lies in this range is looked at, and `window` is the range. */
  readonly range?: Window;
  /** Value of `:start_date`: min(now − lookback, T − window). */
  readonly startDate: Instant;
  /** IANA zone in which the analyst reads and types times. */
  readonly zone: string;
  readonly strict: boolean;
  readonly sampleData: boolean;
  readonly rule: PlannedRule;
  /** Change types the rule needs, in report order. */
  readonly changeTypes: readonly ChangeType[];
  readonly databases: readonly PlannedDatabase[];
  /** Every expected source. */
  readonly sources: readonly PlannedSource[];
  /** Those of them that are not executed. */
  readonly unplanned: readonly UnplannedSource[];
  /** Absent where no history is known. */
  readonly estimate?: RunEstimate;
  /** Limit of the whole run in milliseconds; absent: none. */
  readonly deadlineMs?: number;
  /** Exponent by which the confidence of an answer falls with its coverage (`confidenceOf`); absent: 1. */
  readonly confidencePenalty?: number;
  /** Warnings about the request, one sentence each (T in the future, T older than the lookback, a part of the data only). */
  readonly notes: readonly string[];
}
