/** Which log lines are shown. */
import { isLogged, type LogLevel } from '../../../app/base/logger.ts';
import type { NumberedLogEntry } from '../../store/log-slice.ts';

/** What the lines are chosen by. */
export interface LogChoice {
  readonly level: LogLevel;
  /** Looked for in message and fields, in any case; empty finds all. */
  readonly search: string;
}

/** The lines of at least the level that hold the text. */
export function filterLog(entries: readonly NumberedLogEntry[], { level, search }: LogChoice): readonly NumberedLogEntry[] {
  const wanted = search.trim().toLowerCase();
  return entries.filter(({ entry }) => {
    if (!isLogged(entry.level, level)) return false;
    if (wanted === '') return true;
    return entry.message.toLowerCase().includes(wanted) || fieldsText(entry.fields).toLowerCase().includes(wanted);
  });
}

/** The fields of a line as `name=value`, one after another. */
export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
