import type { TableFilter, TableSort } from '../../app/model/table.ts';
import { tableViewOf } from '../model/table-key.ts';
import { type AppStore, patch } from '../store/app-store.ts';
import type { PageName, SidePanelName, TableView, ViewSlice } from '../store/view-slice.ts';

/** What is looked at. */
export interface ViewActions {
  readonly showPage: (page: PageName) => void;
  readonly showTab: (tab: string) => void;
  /** Filters the flagged clients of a run by a kind of change, or does so no more. */
  readonly showChange: (change: ViewSlice['change']) => void;
  /** Sets the numbers of the near misses. */
  readonly showNear: (near: NonNullable<ViewSlice['near']>) => void;
  readonly showSidePanel: (sidePanel: SidePanelName | null) => void;
  readonly toggleLog: () => void;
  readonly sortTable: (key: string, sort: TableSort | null) => void;
  /** Sets the filter of one column; empty text takes it off. */
  readonly filterTable: (key: string, filter: TableFilter) => void;
  readonly clearFilters: (key: string) => void;
}

/** Makes the view actions. */
export function createViewActions(store: AppStore): ViewActions {
  const changeTable = (key: string, change: Partial<TableView>): void => {
    const { view } = store.getState();
    patch(store, 'view', { tables: { ...view.tables, [key]: { ...tableViewOf(view, key), ...change } } });
  };
  return {
    showPage: (page) => patch(store, 'view', { page }),
    showTab: (tab) => patch(store, 'view', { page: 'run', tab }),
    showChange: (change) => patch(store, 'view', { change, tab: 'confirmed', evidence: null }),
    showNear: (near) => patch(store, 'view', { near }),
    showSidePanel: (sidePanel) => patch(store, 'view', { sidePanel }),
    toggleLog: () => patch(store, 'view', { logOpen: !store.getState().view.logOpen }),
    sortTable: (key, sort) => changeTable(key, { sort }),
    filterTable: (key, filter) => {
      const others = tableViewOf(store.getState().view, key).filters.filter((each) => each.column !== filter.column);
      changeTable(key, { filters: filter.contains === '' ? others : [...others, filter] });
    },
    clearFilters: (key) => changeTable(key, { filters: [] }),
  };
}
