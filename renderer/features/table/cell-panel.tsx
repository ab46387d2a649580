import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Cell } from '../../../app/model/table.ts';
import { useTexts } from '../../store/window-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './cell-panel.module.css';
import type { AbsentWords, ShownColumn } from './cell-text.ts';

interface CellPanelProps {
  readonly column: ShownColumn;
  readonly cell: Cell;
  readonly row: number;
  readonly absent: AbsentWords;
  readonly onClose: () => void;
}

/** The whole value of one cell; it follows the active cell until it is closed. */
export function CellPanel({ column, cell, row, absent, onClose }: CellPanelProps): ReactNode {
  const { results, shell } = useTexts();
  const text = column.text(cell);
  const isInstant = column.column.kind === 'instant' && cell !== null;
  return (
    <section className={styles.panel} aria-label={results.cellTitle}>
      <div className={styles.head}>
        <span className={styles.name}>{column.column.name}</span>
        <span className={styles.where}>
          {results.cellRow(row + 1)} · {column.zone ?? results.kind(column.column.kind)}
        </span>
        <ActionIcon size="sm" aria-label={shell.close} onClick={onClose}>
          <Icon name="close" size={13} />
        </ActionIcon>
      </div>
      <div className={styles.value} tabIndex={0}>
        {cell === null ? absent(column.column.name).sentence : cell === '' ? results.cellBlank : text}
      </div>
      <div className={styles.foot}>
        <span>{isInstant ? `${results.cellUtc}: ${cell}` : cell === null ? '' : results.cellLength(text.length)}</span>
        <CopyButton text={text} what="text">
          {results.copyValue}
        </CopyButton>
      </div>
    </section>
  );
}
