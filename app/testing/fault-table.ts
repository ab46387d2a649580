/** The table of the fault matrix in the documentation: made by the tests themselves, between two markers. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CellResult, FaultCell } from './fault-matrix.ts';

/** A cell and what was seen of it. */
export interface SeenCell {
  readonly cell: Pick<FaultCell, 'fault' | 'stage' | 'expected'>;
  readonly retries: number;
  readonly seen: CellResult;
}

const file = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
const markers = { begin: '<!-- fault matrix: begin -->', end: '<!-- fault matrix: end -->' } as const;

/** The part of the page that stands between the markers. @throws Error when a marker is missing */
export async function readTable(): Promise<string> {
  const { table } = cut(await readFile(file, 'utf8'));
  return table;
}

/** Puts a table between the markers. */
export async function writeTable(table: string): Promise<void> {
  const { before, after } = cut(await readFile(file, 'utf8'));
  await writeFile(file, `${before}${table}${after}`);
}

/** The table as text, with the columns aligned as the formatter of the repository does it. */
export function tableOf(cells: readonly SeenCell[]): string {
  const lines = cells.map(({ cell, retries, seen }) => [cell.fault, cell.stage, String(retries), inWords(cell.expected), inWords(seen)]);
  const all = [['Fault', 'Stage', 'Retries', 'Expected', 'Seen'], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const [head = '', ...body] = all.map((line) => row(line.map((text, column) => text.padEnd(widths[column] ?? 0))));
  return `\n\n${[head, row(widths.map((width) => '-'.repeat(width))), ...body].join('\n')}\n\n`;
}

function row(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function inWords({ ends, connections, logons, stillRunning }: CellResult): string {
  if (connections === '–') return ends;
  return `${ends}; ${String(connections)} c, ${String(logons)} l, ${String(stillRunning)} r`;
}

function cut(text: string): { readonly before: string; readonly table: string; readonly after: string } {
  const begin = text.indexOf(markers.begin);
  const end = text.indexOf(markers.end);
  if (begin < 0 || end < begin) throw new Error(`${file} has no markers of the fault matrix`);
  const from = begin + markers.begin.length;
  return { before: text.slice(0, from), table: text.slice(from, end), after: text.slice(end) };
}
