import type { TableFilter, TableSort } from '../../../app/model/table.ts';

/** What a table asks of whoever holds its order and filters. */
export interface TableCommands {
  readonly onSort: (sort: TableSort | null) => void;
  /** Empty text takes the filter of the column off. */
  readonly onFilter: (filter: TableFilter) => void;
  readonly onClearFilters: () => void;
  /** Cells of one column that lead further; absent where none does. */
  readonly opens?: OpeningColumn;
}

/** A column whose cells open something by a click, or by Enter. */
export interface OpeningColumn {
  readonly column: string;
  /** `row` is counted from 0, among `of` rows. */
  readonly open: (cell: string, row: number, of: number) => void;
  /** What a click does, for a cell. */
  readonly hint: (cell: string) => string;
}
