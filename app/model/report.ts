/** What an exported report says about itself. It is made once from the run and used by every artefact. */
import type { CachedFrom } from './cached-answer.ts';
import type { Instant } from './instant.ts';
import type { VerdictComparison } from './verdict-history.ts';
import type { SourceId, Window } from './plan.ts';
import type { MissingSource, RunOutcomeKind } from './run.ts';

/** One source in the report's metadata. */
export interface ReportSource {
  readonly source: SourceId;
  readonly database: string;
  readonly query: string;
  readonly changeType: string | null;
  /** The kind of its outcome, or `running`. */
  readonly outcome: string;
  readonly rows: number;
  readonly endpoint?: string;
  readonly seconds?: number;
  /** What it has cost its database, failed attempts included. */
  readonly cost: { readonly rows: number; readonly bytes: number; readonly statements: number; readonly databaseSeconds: number };
  /** Why there is no answer, or none that is whole, with its code. */
  readonly error?: string;
  /** Set where no database was asked because an answer that was given before is used again. */
  readonly cachedFrom?: CachedFrom;
}

/** Who, when, for which window, from what, and what is missing. */
export interface ReportMetadata {
  readonly program: string;
  readonly version: string;
  readonly runId: string;
  readonly user: string;
  /** The case that the run was done for; absent where none was named. */
  readonly caseReference?: string;
  readonly createdAt: Instant;
  readonly runStartedAt: Instant;
  readonly runSeconds?: number;
  readonly lastEvent: Instant;
  readonly window: Window;
  readonly windowHours: number;
  readonly zone: string;
  /** What the rule looks for, in a sentence. */
  readonly rule: string;
  /** What it is called by. */
  readonly ruleName: string;
  /** What its filters hid and what could not take part, one sentence each. */
  readonly filters: readonly string[];
  readonly sampleData: boolean;
  readonly outcome: RunOutcomeKind | 'running';
  /** Whether the two counts are of every answer, of fewer, or of none: then they are 0 and say nothing of anybody. */
  readonly figures: 'final' | 'so far' | 'none';
  readonly confirmed: number;
  readonly undetermined: number;
  readonly answered: number;
  readonly expected: number;
  /** answered / expected as a percentage, 0..100. */
  readonly coveragePercent: number;
  /** Of the answer as a whole (`confidenceOfRun`), 0..100. */
  readonly confidencePercent: number;
  readonly missing: readonly MissingSource[];
  readonly sources: readonly ReportSource[];
  /** What is to be known about the request and the run, one sentence each: a part of the data only, a soft limit passed. */
  readonly notes: readonly string[];
  /** What has changed since the last run of the same rule, window and sources; absent until it is known, or where no history is kept. */
  readonly comparison?: VerdictComparison;
  /** The verdict in one sentence; it never says "none" while anything is missing. */
  readonly headline: string;
}

/** File formats of an export. */
export type ExportFormat = 'xlsx' | 'csv' | 'json';

/** What an export left behind. */
export interface ExportedFile {
  /** Absolute path. */
  readonly path: string;
  /** The metadata file beside a CSV. */
  readonly metadataPath?: string;
  /** Fingerprint of the key that signed it; an evidence bundle has one. */
  readonly fingerprint?: string;
  readonly rows: number;
  readonly bytes: number;
}

/** How far an export is that was given an id. */
export interface ExportProgress {
  readonly exportId: string;
  /** Rows written so far. */
  readonly rows: number;
  /** Rows there are to write. */
  readonly of: number;
}
