/** Tables as pages of text, the form in which results reach a window, a file or a script. */
import type { ColumnKind } from './column.ts';
import type { ChangeKind } from './verdict-history.ts';
import type { SourceId } from './plan.ts';

/** Which table of a run is meant. */
export type TableRef =
  /** Confirmed clients. */
  | { readonly kind: 'confirmed' }
  /** Clients for whom a missing source decides. */
  | { readonly kind: 'undetermined' }
  /** Clients who nearly meet the rule: so many of its kinds of change within so many hours before T. */
  | { readonly kind: 'near'; readonly atLeast: number; readonly windowHours: number }
  /** The raw rows of one answered source. */
  | { readonly kind: 'source'; readonly source: SourceId };

/** Clients by what has become of them since the run before. */
export interface ChangeTable {
  readonly kind: 'change';
  readonly change: ChangeKind;
}

/**
 * A table as it is asked for from outside: one of a run, or its clients by what has become of them. `new` and `still` are rows of
 * the confirmed ones; `gone` and `unknown` are clients that are not among them, with what was said of them before and why they are not.
 */
export type ShownTable = TableRef | ChangeTable;

/** Only these clients of a table, or all but these; or groups, see group-id.ts, where a rule groups by something else. */
export interface ClientSet {
  /** How many of the table's first columns tell who it is: as many as the rule groups by. */
  readonly fields: number;
  readonly ids: readonly string[];
  readonly isIn: boolean;
}

/** One column of a table. `instant` columns hold instants in UTC; the window shows them in the analyst's zone. */
export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Sorting by one column; NULL comes last in either direction. */
export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}

/** Keeps rows whose column contains the text, in any case; all filters must hold. */
export interface TableFilter {
  readonly column: string;
  readonly contains: string;
}

/** A request for rows `offset … offset + limit − 1` (0-based) of a table in a given order. */
export interface PageRequest {
  readonly table: TableRef;
  readonly offset: number;
  /** 1 … 1,000. */
  readonly limit: number;
  readonly sort?: TableSort;
  readonly filters: readonly TableFilter[];
  /** Goes by the first column, in which the client stands. */
  readonly clients?: ClientSet;
}

/** A request for rows of a table as it is asked for from outside. */
export type ShownPageRequest = Omit<PageRequest, 'table' | 'clients'> & { readonly table: ShownTable };

/** A cell: text, or `null` for NULL. Numbers are exact text; instants `YYYY-MM-DDTHH:MM:SS.ffffffZ`; timestamps `YYYY-MM-DD HH:MM:SS[.ffffff]`. */
export type Cell = string | null;

/** A page of a table. */
export interface Page {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly offset: number;
  /** Rows that match the filters, and rows in all. */
  readonly matching: number;
  readonly total: number;
}

/** Figures beside the report, per change type and for the width of the windows. */
export interface ReportStatistics {
  readonly perType: readonly {
    readonly changeType: string;
    /** Events of this type in the window among the clients of the report. */
    readonly count: number;
    readonly first: string | null;
    readonly last: string | null;
    /** Share of all events of the report, 0..1. */
    readonly share: number;
  }[];
  /** Distribution of `change_window_hours` over confirmed clients; `null` without any. */
  readonly windowHours: {
    readonly n: number;
    readonly mean: number;
    readonly median: number;
    readonly min: number;
    readonly max: number;
    readonly std: number | null;
  } | null;
  /** Confirmed clients by width: bins of equal width over [0, window]; counts add up to n. */
  readonly histogram: readonly { readonly fromHours: number; readonly toHours: number; readonly count: number }[];
}
