/** A table of a run as a person reads it on a terminal: a title, some of its columns, times in the zone of the run. */
import type { Page } from '../../model/table.ts';
import { formatInZone } from '../../model/zoned-time.ts';
import { textTable } from './text-table.ts';

/** `isShown` picks the columns: by name, or by place from 0. Ends with a line break. */
export function readableTable(
  title: string,
  { columns, rows }: Page,
  zone: string,
  isShown: (name: string, place: number) => boolean,
): string {
  const shown = columns.map(({ name, kind }, place) => ({ name, kind, place })).filter(({ name, place }) => isShown(name, place));
  const cells = rows.map((row) =>
    shown.map(({ kind, place }) => {
      const cell = row[place] ?? null;
      return cell !== null && kind === 'instant' ? formatInZone(cell, zone) : cell;
    }),
  );
  const header = shown.map(({ name }) => name);
  return `${title} (times in ${zone})\n${textTable(header, cells)}\n`;
}
