/** A logger for the time before the core and its log exist: lines are kept, then handed on. */
import { createLogger, type LogEntry, type Logger } from './logger.ts';

/** The logger, and the way to its target. */
export interface DeferredLogger {
  readonly logger: Logger;
  /** Hands on what was kept, and every line from now on. */
  connect(target: Logger): void;
}

/** At most this many early lines are kept; a start that fails says all it has to say in far fewer. */
const keptEntries = 200;

/** A logger without a target yet. A kept line is stamped again, with the target's time, when it is handed on. */
export function createDeferredLogger(nowMs: () => number): DeferredLogger {
  const kept: LogEntry[] = [];
  let target: Logger | undefined;
  const write = (entry: LogEntry): void => {
    if (target !== undefined) target[entry.level](entry.message, entry.fields);
    else if (kept.length < keptEntries) kept.push(entry);
  };
  return {
    logger: createLogger(write, nowMs),
    connect: (log) => {
      target = log;
      for (const entry of kept.splice(0)) write(entry);
    },
  };
}
