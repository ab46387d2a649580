import type { ChangeKind } from '../../app/model/verdict-history.ts';
import type { ShownTable, TableFilter, TableSort } from '../../app/model/table.ts';

/** The pages of the window; a further one is one more member and one more icon. */
export type PageName = 'run' | 'history' | 'schedules' | 'rules' | 'status' | 'log' | 'configuration';

/** What stands beside the results, if anything. */
export type SidePanelName = 'mail' | 'first-steps' | 'plan';

/** The order and the filters of a table, as the analyst has set them. */
export interface TableView {
  readonly sort: TableSort | null;
  readonly filters: readonly TableFilter[];
}

/** An export that is being written. */
export interface RunningExport {
  readonly exportId: string;
  /** Rows written; `null` until the first are. */
  readonly progress: { readonly rows: number; readonly of: number } | null;
  readonly isCancelling: boolean;
}

/** Where in a table a client stands whose evidence is shown. */
export interface EvidencePlace {
  readonly table: ShownTable;
  /** Counted from 0, in the order and with the filters of the table. */
  readonly row: number;
  /** Rows that the table shows. */
  readonly of: number;
  /** Which way one came here from a client beside it. */
  readonly by?: -1 | 1;
}

/** What is being looked at. */
export interface ViewSlice {
  readonly page: PageName;
  /** The kind of change by which the flagged clients of a run are filtered; of another run than the one looked at, they are not. */
  readonly change: { readonly runId: string; readonly kind: ChangeKind } | null;
  /** Numbers of the near misses that are shown; `null` until the first are. */
  readonly near: { readonly atLeast: number; readonly windowHours: number } | null;
  /** Key of the result tab: `confirmed`, `near`, `undetermined`, `statistics` or `source:<id>`. */
  readonly tab: string;
  readonly sidePanel: SidePanelName | null;
  /** The client whose evidence is shown; of another run than the one looked at, nothing is. */
  readonly evidence: { readonly runId: string; readonly client: string; readonly place?: EvidencePlace } | null;
  readonly logOpen: boolean;
  /** Exports that are being written. */
  readonly exports: readonly RunningExport[];
  /** By table key; a table that is not here is unsorted and unfiltered. */
  readonly tables: Readonly<Record<string, TableView>>;
}

/** The run page with the flagged clients. */
export function initialView(): ViewSlice {
  return {
    page: 'run',
    tab: 'confirmed',
    change: null,
    near: null,
    sidePanel: null,
    evidence: null,
    logOpen: false,
    exports: [],
    tables: {},
  };
}
