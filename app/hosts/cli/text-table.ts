/** A table as text with aligned columns, for reading on a terminal. */
import { printable } from '../../base/printable.ts';
import type { Cell } from '../../model/table.ts';

/** Draws header and rows; `—` stands for NULL. Control characters are shown as `·`, so that no value can steer the terminal. */
export function textTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => (cell === null ? '—' : printable(cell))));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => lengthOf(line[column] ?? ''))));
  const draw = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)))
      .join('  ')
      .trimEnd();
  const [first = [], ...rest] = lines;
  return [draw(first), widths.map((width) => '─'.repeat(width)).join('  '), ...rest.map(draw)].join('\n') + '\n';
}

/** Code points: close enough to columns for ids, times and addresses. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
