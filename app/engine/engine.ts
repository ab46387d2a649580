/**
 * The engine's interface: spools in; merged tables, pages and exports out. DuckDB stands behind it today; nothing here
 * speaks of it. All of it can be called over a channel, because the engine runs in a process of its own.
 */
import type { ClientRows, SharedAttributes } from '../model/client-evidence.ts';
import type { Column, ColumnRoles } from '../model/column.ts';
import type { IdNormaliser } from '../model/database.ts';
import type { EvaluationProgress } from '../model/evaluation-progress.ts';
import type { BundleFacts, BundleKey, WrittenBundle } from '../model/evidence-bundle.ts';
import type { ExportedFile, ExportFormat, ReportMetadata } from '../model/report.ts';
import type { NearMisses } from '../model/near-misses.ts';
import type { ConfiguredRule } from '../model/rule.ts';
import type { RuleTrial } from '../model/rule-trial.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { MergeSummary, MissingSource } from '../model/run.ts';
import type { ClientSet, Page, PageRequest, ReportStatistics, TableRef, TableFilter, TableSort } from '../model/table.ts';

/** A committed spool and how to read it: Parquet with columns named by position, as `app/spool/spool.ts` describes. */
export interface AttachInput {
  readonly runId: string;
  readonly source: SourceId;
  readonly files: readonly string[];
  /** Column `i` of the result is `c<i>` in the files. None where nothing was asked, because the list to ask with is empty. */
  readonly columns: readonly Column[];
  /** Absent for a raw table. */
  readonly roles?: ColumnRoles;
  /** Zone of zone-less times. */
  readonly zone: string;
  readonly idNormaliser: IdNormaliser;
}

/** What was found on attaching. */
export interface AttachOutput {
  readonly rows: number;
  readonly nullIds: number;
  readonly nullTimes: number;
}

/** A list to make from the results of sources that have been attached. */
export interface ValuesInput {
  readonly runId: string;
  /** Their values are united. */
  readonly sources: readonly SourceId[];
  /** Found by name, in any case. */
  readonly column: string;
  /** Each value once. */
  readonly distinct: boolean;
  /** Absolute path of the file to make, as `app/spool/values-file.ts` describes; what is there is replaced. */
  readonly path: string;
}

/** What was written. */
export interface ValuesOutput {
  /** Values in the file; NULL is none. */
  readonly count: number;
}

/** A table to write to a file. */
export interface ExportInput {
  readonly runId: string;
  readonly table: TableRef;
  readonly sort?: TableSort;
  readonly filters: readonly TableFilter[];
  readonly clients?: ClientSet;
  /** Says whom `clients` leaves; it stands in the file. */
  readonly only?: string;
  readonly format: ExportFormat;
  /** Absolute path of the file to make; it is written under a temporary name and renamed. */
  readonly path: string;
  readonly metadata: ReportMetadata;
}

/** What a bundle is made of besides the rows and tables, which the engine has itself. */
export interface RunBundleInput {
  readonly runId: string;
  /** Absolute path of the file to make. */
  readonly path: string;
  readonly facts: BundleFacts;
  /** Further files: texts of rule and queries, plan, settings, log. */
  readonly texts: readonly { readonly name: string; readonly text: string }[];
  readonly key: BundleKey;
  /** PEM; used to sign, and forgotten. */
  readonly privateKey: string;
}

/** The engine's methods. A run must be opened before anything else is asked about it. */
export type EngineMethods = {
  /** Prepares a run; opening it again with the same plan changes nothing. */
  open: { input: { plan: RunPlan }; output: null; notice: never };
  /** Reads a spool in, in place of an earlier one of the same source. */
  attach: { input: AttachInput; output: AttachOutput; notice: never };
  /** Evaluates the rule over what is attached; `missing` decides what is undetermined. Where it lasts, it tells how far it is. */
  evaluate: { input: { runId: string; missing: readonly MissingSource[] }; output: MergeSummary; notice: EvaluationProgress };
  page: { input: { runId: string; request: PageRequest }; output: Page; notice: never };
  /** Near misses over what was merged last; see `NearMisses`. */
  nearMisses: { input: { runId: string; atLeast: number; windowHours: number }; output: NearMisses; notice: never };
  /** Another rule over the rows of the run; its own report stays as it is. */
  tryRule: { input: { runId: string; rule: ConfiguredRule }; output: RuleTrial; notice: never };
  statistics: { input: { runId: string }; output: ReportStatistics; notice: never };
  /** All rows of a client in what is attached, in the rule or not; `limit` bounds those that are given back. */
  clientRows: { input: { runId: string; client: string; limit: number }; output: ClientRows; notice: never };
  /** Other clients with the same address, device, hand or new address as the client. */
  sharedAttributes: { input: { runId: string; client: string }; output: SharedAttributes; notice: never };
  export: { input: ExportInput; output: ExportedFile; notice: { rows: number; of: number } };
  /** Writes a list of values to a file, for statements that ask with it: no row passes the caller. */
  values: { input: ValuesInput; output: ValuesOutput; notice: never };
  /** Ids of the listed clients by verdict, at most `limit` together, the confirmed ones first. */
  verdicts: {
    input: { runId: string; limit: number };
    output: { readonly confirmed: readonly string[]; readonly undetermined: readonly string[]; readonly isCut: boolean };
    notice: never;
  };
  /** Writes everything about a run into one signed file. */
  bundle: { input: RunBundleInput; output: WrittenBundle; notice: { rows: number; of: number } };
  /** Forgets a run and removes what the engine made for it. */
  close: { input: { runId: string }; output: null; notice: never };
};
