import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useState, useSyncExternalStore } from 'react';
import type { Cell, TableColumn } from '../../../app/model/table.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { useActions } from '../../store/window-context.tsx';
import { EdgeHint } from '../../ui/edge-hint.tsx';
import { CellPanel } from './cell-panel.tsx';
import { headerRow } from './cell-selection.ts';
import { type AbsentWords, shownColumns } from './cell-text.ts';
import { scrollLeftToShow } from './columns-in-view.ts';
import { copyCells } from './copy-cells.ts';
import styles from './data-table.module.css';
import { drawnColumns, gutterWidth, pinnedCount, pinnedWidth } from './drawn-columns.ts';
import type { PageSource, TableOrder } from './page-source.ts';
import { contentHeight, rowsInView, rowsPerView, scrollHeight, topToShowRow } from './scroll-geometry.ts';
import type { TableCommands } from './table-commands.ts';
import { TableBody } from './table-body.tsx';
import { TableFoot } from './table-foot.tsx';
import { TableHead } from './table-head.tsx';
import { type TableChip, TableToolbar } from './table-toolbar.tsx';
import { useCellSelection } from './use-cell-selection.ts';
import { useColumnLayout } from './use-column-layout.ts';
import { useFollowedRow } from './use-followed-row.ts';
import { useTableScroll } from './use-table-scroll.ts';

interface DataTableProps extends TableCommands {
  readonly label: string;
  /** Under which the layout of the columns is remembered. */
  readonly layoutName: string;
  readonly source: PageSource;
  readonly order: TableOrder;
  readonly format: InstantFormat;
  /** Zone in which the zone-less times of a raw table are meant. */
  readonly storedZone: string | null;
  /** Stands beside the filters while there are none. */
  readonly note: ReactNode;
  /** A filter that is none of a column. */
  readonly chip?: TableChip;
  readonly absent: AbsentWords;
  /** A row that is looked at elsewhere, which the active cell goes along with; `null` where none is. */
  readonly followed: number | null;
  /** What is shown instead of rows when there are none. */
  readonly empty: ReactNode;
}

const rowHeight = 24;
const headerHeight = 42;
const overscan = 6;
const sampleRows = 60;
const noColumns: readonly TableColumn[] = [];

/** A table of any number of rows: pages as they come into view, columns as the analyst likes them, cells to copy. */
export function DataTable(props: DataTableProps): ReactNode {
  const { label, layoutName, source, order, format, storedZone, note, chip, absent, followed, empty, opens } = props;
  const actions = useActions();
  const tableId = useId();
  const snapshot = useSyncExternalStore(source.subscribe, source.snapshot);
  const [openMenu, setOpenMenu] = useState<string | null>(null);
  const [isInspecting, setIsInspecting] = useState(false);
  const described = snapshot.columns ?? noColumns;
  const shown = useMemo(() => shownColumns(described, format, storedZone), [described, format, storedZone]);
  // First widths are judged by the rows that come with the columns; later rows must not move them.
  const sample = useMemo(() => (described === noColumns ? [] : firstRows(source)), [described, source]);
  const layout = useColumnLayout(layoutName, shown, sample);
  const { scroller, geometry, view, onScroll, scrollTo } = useTableScroll(snapshot.matching, rowHeight, headerHeight);
  const inView = rowsInView(geometry, view.top, overscan);
  const gutterPx = gutterWidth(snapshot.matching);
  const columns = useMemo(
    () => drawnColumns(layout.columns, gutterPx, { left: view.left, width: view.width }),
    [layout.columns, gutterPx, view.left, view.width],
  );
  useEffect(() => source.want(inView.first, inView.last), [source, snapshot, inView.first, inView.last]);

  const showPlace = (row: number, column: number, isToEdge: boolean): void => {
    const widths = layout.columns.map((each) => each.width);
    const left = isToEdge ? 0 : scrollLeftToShow(widths, pinnedCount(layout.columns), view.left, view.width - gutterPx, column);
    scrollTo(row === headerRow ? view.top : topToShowRow(geometry, view.top, row), left);
  };
  const { selection, area, onKey, onPointerDown, onPointerOver, toRow } = useCellSelection({
    rows: snapshot.matching,
    columns: layout.columns.length,
    pageRows: rowsPerView(geometry),
    onMoved: ({ row, column }, isToEdge) => showPlace(row, column, isToEdge),
  });
  // In another order the rows in view are others by chance: what was asked for stands at the top.
  const anew =
    <T extends unknown[]>(change: (...values: T) => void) =>
    (...values: T): void => {
      change(...values);
      toRow(0);
      scrollTo(0);
    };
  const [onSort, onFilter, onClearFilters] = [anew(props.onSort), anew(props.onFilter), anew(props.onClearFilters)];
  useFollowedRow(followed, (row) => {
    toRow(row);
    scrollTo(topToShowRow(geometry, view.top, row));
  });
  const focus = selection?.focus ?? null;
  const focused = focus === null ? undefined : layout.columns[focus.column];
  const activeCell =
    focus === null || focus.row === headerRow || focused === undefined ? undefined : source.row(focus.row)?.[focused.shown.index];

  const onEnter = (event: KeyboardEvent): void => {
    if (focus === null || focused === undefined) return;
    if (focus.row !== headerRow && opens?.column === focused.shown.column.name && typeof activeCell === 'string')
      opens.open(activeCell, focus.row, snapshot.matching);
    else if (focus.row !== headerRow) setIsInspecting(!isInspecting);
    else if (event.altKey || event.shiftKey) setOpenMenu(focused.shown.id);
    else onSort(nextSort(order, focused.shown.column.name));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const isCopy = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c';
    if (isCopy && area !== null) void copyCells(actions, source, layout.columns, area, event.shiftKey);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) onEnter(event);
    else if (event.key === 'ArrowDown' && event.altKey && focused !== undefined) setOpenMenu(focused.shown.id);
    else if (event.key === 'Escape') setIsInspecting(false);
    else if (!onKey(event)) return;
    event.preventDefault();
  };
  const totalWidth = gutterPx + layout.columns.reduce((sum, column) => sum + column.width, 0);
  const lastInView = Math.min(snapshot.matching - 1, Math.ceil((view.top + view.height - headerHeight) / rowHeight) - 1);

  return (
    <div className={styles.table}>
      <TableToolbar note={note} chip={chip} filters={order.filters} layout={layout} onFilter={onFilter} onClearFilters={onClearFilters} />
      <div className={styles.frame}>
        <div
          ref={scroller}
          className={styles.scroller}
          role="grid"
          tabIndex={0}
          aria-label={label}
          aria-rowcount={snapshot.matching + 1}
          aria-colcount={layout.columns.length}
          aria-multiselectable="true"
          aria-busy={snapshot.isStale}
          aria-activedescendant={focus === null ? undefined : `${tableId}-${focus.row}-${focus.column}`}
          onScroll={onScroll}
          onKeyDown={onKeyDown}
          onDoubleClick={() => setIsInspecting(activeCell !== undefined)}
        >
          <div
            className={styles.sizer}
            style={{ height: Math.max(scrollHeight(geometry), headerHeight), width: totalWidth }}
            role="presentation"
          >
            <div
              className={styles.layer}
              style={{ height: Math.min(view.height, Math.max(contentHeight(geometry), headerHeight)) }}
              role="presentation"
            >
              <TableHead
                tableId={tableId}
                columns={columns}
                gutterPx={gutterPx}
                order={order}
                layout={layout}
                active={focus?.row === headerRow ? focus.column : -1}
                openMenu={openMenu}
                onMenu={setOpenMenu}
                onSort={onSort}
                onFilter={onFilter}
                onClearFilters={onClearFilters}
              />
              <TableBody
                tableId={tableId}
                source={source}
                inView={inView}
                offsetPx={headerHeight + inView.first * rowHeight - view.top}
                columns={columns}
                gutterPx={gutterPx}
                area={area}
                focus={focus}
                isStale={snapshot.isStale}
                onPointerDown={onPointerDown}
                onPointerOver={onPointerOver}
                absent={absent}
                opens={opens}
              />
            </div>
          </div>
          {empty !== null && <div className={styles.overlay}>{empty}</div>}
        </div>
        {empty === null && <EdgeHint view={view} of={totalWidth} pinned={gutterPx + pinnedWidth(layout.columns)} />}
      </div>
      <TableFoot
        snapshot={snapshot}
        firstRow={Math.ceil(view.top / rowHeight)}
        lastRow={lastInView}
        area={area}
        active={
          focused === undefined || activeCell === undefined
            ? null
            : {
                name: focused.shown.column.name,
                text: activeCell === null ? absent(focused.shown.column.name).word : focused.shown.text(activeCell),
              }
        }
      />
      {isInspecting && focus !== null && focused !== undefined && activeCell !== undefined && (
        <CellPanel column={focused.shown} cell={activeCell} row={focus.row} absent={absent} onClose={() => setIsInspecting(false)} />
      )}
    </div>
  );
}

function nextSort(order: TableOrder, column: string): TableOrder['sort'] {
  if (order.sort?.column !== column) return { column, descending: false };
  return order.sort.descending ? null : { column, descending: true };
}

function firstRows(source: PageSource): readonly (readonly Cell[])[] {
  return Array.from({ length: sampleRows }, (_, index) => source.row(index)).filter((row) => row !== undefined);
}
