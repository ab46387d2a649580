import type { LogEntry } from '../../app/base/logger.ts';

/** A log line with a number of its own, so that lists can tell equal lines apart. */
export interface NumberedLogEntry {
  readonly id: number;
  readonly entry: LogEntry;
}

/** The newest log lines; older ones are dropped. */
export interface LogSlice {
  /** Oldest first, at most {@link logCapacity}. */
  readonly entries: readonly NumberedLogEntry[];
  readonly nextId: number;
}

/** How many lines the window keeps. */
export const logCapacity = 5_000;

/** An empty log. */
export function initialLog(): LogSlice {
  return { entries: [], nextId: 1 };
}

/** The log with further lines at its end and no more than the capacity. */
export function appendLog(log: LogSlice, added: readonly LogEntry[]): LogSlice {
  const kept = added.slice(-logCapacity);
  const first = log.nextId + added.length - kept.length;
  const numbered = kept.map((entry, index) => ({ id: first + index, entry }));
  const room = logCapacity - numbered.length;
  const older = log.entries.length > room ? log.entries.slice(log.entries.length - room) : log.entries;
  return { entries: [...older, ...numbered], nextId: log.nextId + added.length };
}
