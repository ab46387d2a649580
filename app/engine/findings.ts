/** What evaluating a rule leaves: a table of groups, and how its verdicts are read. */
import type { ColumnKind } from '../model/column.ts';
import type { RuleSummaryOfRun } from '../model/run.ts';
import type { AttachedSource } from './attached-source.ts';
import type { Sql } from './sql.ts';

/** One part of a rule: a kind of change, a detection, an inner correlation. */
export interface FoundType {
  /** What the report calls its changes. */
  readonly name: string;
  /** Column of the latest event of this type: its key, or NULL. */
  readonly key: Sql;
  /** Answered sources of this type. */
  readonly sources: readonly AttachedSource[];
  /** Tables of all its events that counted, one or several a row: the columns of the groups, and those of `WindowClients`. */
  readonly tables: readonly Sql[];
  /** Column that tells whether missing sources of this type can decide although there is an event of it; absent where they cannot. */
  readonly isOpen?: Sql;
}

/** A field by which events are grouped: text that is not NULL. */
export interface FoundGroup {
  readonly name: string;
  readonly column: Sql;
}

/** A figure that the rule is about. */
export interface FoundMeasure {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly column: Sql;
}

/** What a rule says beside its rows. */
export interface FoundBeside {
  /** Groups with an event. */
  readonly groups: number;
  /** Groups that are confirmed; fewer than rows where several windows of one group hold. Absent: one row a group. */
  readonly confirmedGroups?: number;
  readonly events: number;
  readonly rule: RuleSummaryOfRun;
}

/** The groups that a rule has found and what is known of each. */
export interface Findings {
  /** Table with the columns of the groups, the types' keys, and whatever the pieces below refer to; a row a group, in a hunt a row a window. */
  readonly table: Sql;
  readonly groups: readonly FoundGroup[];
  readonly types: readonly FoundType[];
  readonly measures: readonly FoundMeasure[];
  /** Further columns that `missing` needs. */
  readonly carried: readonly Sql[];
  /** What rows of one group are sorted by. */
  readonly order: readonly Sql[];
  /** What the rule says beside the rows. */
  readonly told: FoundBeside;
  /** Tables that stay as long as the findings: whoever releases them drops these. */
  readonly kept: readonly Sql[];
  /** Conditions on a row; never both. */
  readonly confirmed: Sql;
  readonly undetermined: Sql;
  /** What is said of a row where that is more than its verdict. */
  readonly verdictText?: Sql;
  /** What is missing for a row, as one text: first the sources that decide. NULL where nothing is. */
  readonly missing: Sql;
}
