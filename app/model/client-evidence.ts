/**
 * Everything the answered sources of a run hold about one client, and the other clients with whom it shares something.
 * What no source has answered is unknown here as everywhere: the missing sources travel with it.
 */
import type { AttributeKind } from './attributes.ts';
import type { CachedFrom } from './cached-answer.ts';
import type { ChangeType } from './change-type.ts';
import type { Instant } from './instant.ts';
import type { SourceId, Window } from './plan.ts';
import type { MissingSource } from './run.ts';
import type { Cell, TableColumn } from './table.ts';

/** One row of a source that belongs to the client. */
export interface EvidenceEvent {
  readonly source: SourceId;
  /** Place of the row among the source's rows as they were read, from 1. */
  readonly row: number;
  /** When it happened; `null` where the row has no time, or the source no time column. */
  readonly time: Instant | null;
  /** T minus `time` in whole microseconds as decimal text; negative after T. `null` without a time. */
  readonly beforeTMicros: string | null;
  /** Whether the time lies within the window, both ends included. */
  readonly isInWindow: boolean;
  /** The row, in the order of the source's columns. */
  readonly cells: readonly Cell[];
}

/** What one answered source holds about the client, counted over all of its rows. */
export interface SourceRows {
  readonly source: SourceId;
  readonly columns: readonly TableColumn[];
  /** Name of the column that holds the client's id; absent where none is known to: then the source tells nothing about the client. */
  readonly idColumn?: string;
  /** Name of the column that holds the time, where there is one. */
  readonly timeColumn?: string;
  /** The client's rows: all, those in the window, and those without a time. */
  readonly rows: number;
  readonly inWindow: number;
  readonly withoutTime: number;
}

/** What the report says of the client. */
export interface ClientStanding {
  readonly verdict: 'confirmed' | 'undetermined';
  /** How much of what the verdict rests on is known, 0..1 (`app/model/client-confidence.ts`); a low figure means unknown, never "nothing". */
  readonly confidence: number;
}

/** What the engine finds in the attached sources. */
export interface ClientRows {
  /** Absent where the report does not list the client: which says "not found" only where nothing is missing. */
  readonly standing?: ClientStanding;
  readonly sources: readonly SourceRows[];
  /** Those of the window first, then the others, each part latest first; at most as many as asked for. */
  readonly events: readonly EvidenceEvent[];
  /** The client's rows in all sources; where it is more than `events` holds, the rest is only counted. */
  readonly total: number;
}

/** Where a source's rows came from: its place in the configuration and the attempt that brought them. */
export interface EvidenceSource extends SourceRows {
  readonly database: string;
  readonly query: string;
  /** Absolute path of the query's file. */
  readonly file: string;
  readonly changeType: ChangeType | null;
  /** Number of the attempt that was committed, 0 where none was made: see `cachedFrom`. And the endpoint that was read from. */
  readonly attempt: number;
  readonly endpoint?: string;
  /** When the attempt was committed, or the statement of an answer that is used again began: nothing later than this can be in its rows. */
  readonly readAt?: Instant;
  /** Set where no database was asked, because an answer that was given before is used again. */
  readonly cachedFrom?: CachedFrom;
}

/** The evidence of one client. */
export interface ClientEvidence extends ClientRows {
  readonly runId: string;
  readonly client: string;
  readonly lastEvent: Instant;
  readonly window: Window;
  /** From when on the queries have read. */
  readonly startDate: Instant;
  readonly zone: string;
  readonly sampleData: boolean;
  /** The rule's change types in their order: a lane each, whether there is anything in it or not. */
  readonly changeTypes: readonly ChangeType[];
  readonly sources: readonly EvidenceSource[];
  readonly missing: readonly MissingSource[];
}

/** A value that the client has in common with others. */
export interface SharedValue {
  readonly attribute: AttributeKind;
  /** As the client's own rows have it. */
  readonly value: string;
  /** Where it was looked for: `source · column`. */
  readonly columns: readonly string[];
  /** Other clients with the same value in the rows that were read. */
  readonly clients: number;
  /** Some of them, by id. */
  readonly examples: readonly string[];
}

/** With whom a client shares what; the rarest first, because what few share tells more. */
export interface SharedAttributes {
  readonly values: readonly SharedValue[];
  /** Distinct values of the client that were looked for; those that nobody shares are not listed. */
  readonly compared: number;
  /** True where the client has more values than are compared. */
  readonly isCut: boolean;
}

/** The answer about shared attributes with what is missing from it. */
export interface ClientShared extends SharedAttributes {
  readonly runId: string;
  readonly client: string;
  readonly missing: readonly MissingSource[];
}
