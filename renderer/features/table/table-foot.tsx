import type { ReactNode } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import type { CellArea } from './cell-selection.ts';
import styles from './data-table.module.css';
import type { TableSnapshot } from './page-source.ts';

interface TableFootProps {
  readonly snapshot: TableSnapshot;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly area: CellArea | null;
  /** Name and text of the active cell. */
  readonly active: { readonly name: string; readonly text: string } | null;
}

/** Which rows are in view, what is selected, and the whole text of the active cell as far as there is room. */
export function TableFoot({ snapshot, firstRow, lastRow, area, active }: TableFootProps): ReactNode {
  const { results } = useTexts();
  const { matching, total, isStale } = snapshot;
  return (
    <div className={styles.foot}>
      {matching > 0 && <span>{results.rowRange(firstRow + 1, lastRow + 1, matching)}</span>}
      {matching === 0 && !isStale && <span>{results.noRows}</span>}
      {matching !== total && <span>{results.filteredFrom(total)}</span>}
      {isStale && snapshot.columns !== null && <span>{results.refreshing}</span>}
      {area !== null && (area.bottom > area.top || area.right > area.left) && (
        <span>{results.selected(area.bottom - area.top + 1, area.right - area.left + 1)}</span>
      )}
      <span className={styles.footValue}>
        {active !== null && (
          <>
            {active.name}: <strong>{active.text}</strong>
          </>
        )}
      </span>
    </div>
  );
}
