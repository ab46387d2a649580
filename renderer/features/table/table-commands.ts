import type { TableFilter, TableSort } from '../../../app/model/table.ts';

/** What a table asks of whoever holds its order and filters. */
export interface TableCommands {
  readonly onSort: (sort: TableSort | null) => void;
  /** Empty text takes the filter of the column off. */
  readonly onFilter: (filter: TableFilter) => void;
  readonly onClearFilters: () => void;
}
