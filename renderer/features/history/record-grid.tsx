import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { EdgeHint } from '../../ui/edge-hint.tsx';
import { FailedPart } from '../../ui/failed-part.tsx';
import { contentHeight, rowsInView, rowsPerView, scrollHeight, topToShowRow } from '../table/scroll-geometry.ts';
import { useTableScroll } from '../table/use-table-scroll.ts';
import styles from './record-grid.module.css';
import type { RecordSnapshot, RecordSource } from './record-source.ts';

/** A column of the list. */
export interface RecordColumn<T> {
  readonly id: string;
  readonly label: string;
  /** As in `grid-template-columns`. */
  readonly width: string;
  /** The same where the list is narrow; `null` leaves the column out there. Default: no other. */
  readonly narrow?: string | null;
  readonly align?: 'right';
  readonly cell: (record: T) => ReactNode;
}

interface RecordGridProps<T> {
  readonly label: string;
  readonly source: RecordSource<T>;
  readonly snapshot: RecordSnapshot;
  readonly columns: readonly RecordColumn<T>[];
  /** Shown instead of rows when there are none. */
  readonly empty: ReactNode;
  readonly onOpen: (record: T) => void;
}

const rowHeight = 28;
const headerHeight = 30;
const overscan = 8;
/** From this width on every column has its room. */
const roomyWidth = 1190;
/** Below this width the list scrolls sideways. */
const leastWidth = 990;

/** A list of any length: arrows move, Enter opens, what is in view is fetched. */
export function RecordGrid<T>({ label, source, snapshot, columns, empty, onOpen }: RecordGridProps<T>): ReactNode {
  const id = useId();
  const { history } = useTexts();
  const total = snapshot.total ?? 0;
  const { scroller, geometry, view, onScroll, scrollTo } = useTableScroll(total, rowHeight, headerHeight);
  const [wanted, setActive] = useState(0);
  const active = Math.min(wanted, Math.max(0, total - 1));
  const inView = rowsInView(geometry, view.top, overscan);
  useEffect(() => source.want(inView.first, inView.last), [source, snapshot, inView.first, inView.last]);
  const moveTo = (row: number): void => {
    const next = Math.min(Math.max(0, row), Math.max(0, total - 1));
    setActive(next);
    scrollTo(topToShowRow(geometry, view.top, next));
  };
  const open = (row: number): void => {
    const record = source.record(row);
    setActive(row);
    if (record !== undefined) onOpen(record);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = rowsPerView(geometry);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total };
    const step = steps[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step !== undefined) moveTo(active + step);
    else if (event.key === 'Enter') open(active);
    else return;
    event.preventDefault();
  };
  if (snapshot.failure !== null && snapshot.total === null) {
    return <FailedPart failure={snapshot.failure} onRetry={() => source.refresh()} />;
  }
  const isNarrow = view.width < roomyWidth;
  const shown = isNarrow ? columns.filter(({ narrow }) => narrow !== null) : columns;
  const template = shown.map(({ width, narrow }) => (isNarrow ? (narrow ?? width) : width)).join(' ');
  const rows = Array.from({ length: Math.max(0, inView.last - inView.first + 1) }, (_, index) => inView.first + index);
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={classNames(styles.scroller, isNarrow && styles.narrow)}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={total + 1}
        aria-busy={snapshot.total === null}
        aria-activedescendant={total === 0 ? undefined : `${id}-${active}`}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div
          className={styles.sizer}
          style={{ height: Math.max(scrollHeight(geometry), headerHeight), minWidth: leastWidth }}
          role="presentation"
        >
          <div
            className={styles.layer}
            style={{ height: Math.min(view.height, Math.max(contentHeight(geometry), headerHeight)) }}
            role="presentation"
          >
            <div role="rowgroup">
              <div role="row" aria-rowindex={1} className={styles.head} style={{ gridTemplateColumns: template, height: headerHeight }}>
                {shown.map((column) => (
                  <div key={column.id} role="columnheader" className={classNames(styles.cell, column.align === 'right' && styles.right)}>
                    {column.label}
                  </div>
                ))}
              </div>
            </div>
            <div
              role="rowgroup"
              className={styles.rows}
              style={{ transform: `translateY(${headerHeight + inView.first * rowHeight - view.top}px)` }}
            >
              {rows.map((row) => {
                const record = source.record(row);
                return (
                  <div
                    key={row}
                    id={`${id}-${row}`}
                    role="row"
                    aria-rowindex={row + 2}
                    aria-selected={row === active}
                    className={classNames(styles.row, row === active && styles.active)}
                    style={{ gridTemplateColumns: template, height: rowHeight }}
                    onClick={() => open(row)}
                  >
                    {shown.map((column) => (
                      <div key={column.id} role="gridcell" className={classNames(styles.cell, column.align === 'right' && styles.right)}>
                        {record === undefined ? (
                          <span className={styles.loading} aria-label={history.loadingRow} role="img" />
                        ) : (
                          column.cell(record)
                        )}
                      </div>
                    ))}
                  </div>
                );
              })}
            </div>
          </div>
        </div>
        {snapshot.total === 0 && <div className={styles.empty}>{empty}</div>}
      </div>
      <EdgeHint view={view} of={leastWidth} />
    </div>
  );
}
