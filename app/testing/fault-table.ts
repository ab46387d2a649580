/** The table of the fault matrix in the documentation: made by the tests themselves. */
import { docTable, markdownTable } from './doc-table.ts';
import type { CellResult, FaultCell } from './fault-matrix.ts';

/** A cell and what was seen of it. */
export interface SeenCell {
  readonly cell: Pick<FaultCell, 'fault' | 'stage' | 'expected'>;
  readonly retries: number;
  readonly seen: CellResult;
}

/** Where the table stands. */
export const faultMatrixTable = docTable('reliability.md', 'fault matrix');

/** The table as text. */
export function tableOf(cells: readonly SeenCell[]): string {
  const lines = cells.map(({ cell, retries, seen }) => [cell.fault, cell.stage, String(retries), inWords(cell.expected), inWords(seen)]);
  return markdownTable(['Fault', 'Stage', 'Retries', 'Expected', 'Seen'], lines);
}

function inWords({ ends, connections, logons, stillRunning }: CellResult): string {
  if (connections === '–') return ends;
  return `${ends}; ${String(connections)} c, ${String(logons)} l, ${String(stillRunning)} r`;
}
