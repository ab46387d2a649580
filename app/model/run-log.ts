/** What the program logged about one run. */
import type { LogEntry } from '../base/logger.ts';

/** Log lines of a run. */
export interface RunLog {
  /** Oldest first. */
  readonly entries: readonly LogEntry[];
  /** How many older ones have been dropped. */
  readonly dropped: number;
  /** Whether somebody has listened since the run began: false where an earlier version kept the result without its log. */
  readonly isFromStart: boolean;
}
